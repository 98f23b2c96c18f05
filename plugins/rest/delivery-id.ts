import type { InboundEvent } from "../../core/contracts/connector.js";
import type { CelExpression } from "../../core/contracts/plugin.js";
import { mappedText, sentenceOf } from "../rules/mapped.js";

/** The event under the id that `dedupe` gives it; as it is, with why, when it gives none: an event is never lost for want of an id. */
export function withDeliveryId(
  event: InboundEvent,
  dedupe: CelExpression | undefined,
): { event: InboundEvent; note: string | null } {
  if (!dedupe) return { event, note: null };
  try {
    const id = mappedText(dedupe, { event: event.payload });
    if (id !== null) return { event: { ...event, id: `dedupe:${id}` }, note: null };
    return { event, note: noId("It gives nothing") };
  } catch (error) {
    return { event, note: noId(sentenceOf(error)) };
  }
}

function noId(why: string): string {
  return `\`dedupe\` gives no id, so that each delivery counts as new: ${why}`;
}

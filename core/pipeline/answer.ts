import type { Sequence } from "../contracts/model.js";
import type { PersonOutcome } from "../contracts/accept.js";
import { results, type ContactResult, type Plan } from "./plan.js";

/** The documented answer of an execute call, as it is kept for replay. */
interface ExecuteResult {
  sequenceId: string;
  sequenceName: string;
  /** `null` in a dry run. */
  executionId: string | null;
  contactsProcessed: number;
  sendingsCreated: number;
  results: ContactResult[];
}

/** The JSON text of the whole answer. `contactsProcessed` counts people, `sendingsCreated` those who are queued. */
export function answerBody(
  sequence: Sequence,
  executionId: string | null,
  plan: Plan,
  outcomes: readonly PersonOutcome[],
): string {
  const data: ExecuteResult = {
    sequenceId: sequence.id,
    sequenceName: sequence.name,
    executionId,
    contactsProcessed: outcomes.length,
    sendingsCreated: outcomes.filter(({ status }) => status === "queued").length,
    results: results(plan, outcomes),
  };
  return JSON.stringify({ data });
}

/** The execution that a kept answer speaks of. */
export function executionOf(body: string): string | null {
  const { data } = JSON.parse(body) as { data: ExecuteResult };
  return data.executionId;
}

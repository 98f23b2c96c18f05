import type { InboxEvent, RefusedRequest } from "../contracts/inbox.js";
import type { Replay, Replays, SourceView } from "../contracts/source-verbs.js";
import { iso, isoOrNull } from "./presenters.js";

export function sourceObject({ name, use, connector, status, counts }: SourceView): object {
  const { lastEventAt, lastError, received, processed, ignored, dead, refused, waiting } = counts;
  return {
    name,
    use,
    connector,
    status,
    counts: { received, processed, ignored, dead, refused, waiting },
    lastEventAt: isoOrNull(lastEventAt),
    lastError,
  };
}

/** As it stands in a list. */
export function eventObject(event: InboxEvent): object {
  const { id, source, deliveryId, type, status, reason, occurredAt, receivedAt } = event;
  const { commands, executionIds, notes, replayOf } = event;
  return {
    id,
    source,
    deliveryId,
    type,
    status,
    reason,
    occurredAt: isoOrNull(occurredAt),
    receivedAt: iso(receivedAt),
    commands,
    executionIds,
    notes,
    replayOf,
  };
}

/** With what came: the body is the text as it came. */
export function wholeEventObject(event: InboxEvent): object {
  return { ...eventObject(event), headers: event.headers, body: Buffer.from(event.body).toString() };
}

/** `replayId` and `executionIds` only when something was done. */
export function replayObject({ eventId, commands, before, changed, status, reason, ...done }: Replay): object {
  const { replayId, executionIds } = done;
  const shown = { eventId, commands, before, changed, status, reason };
  return replayId === undefined ? shown : { ...shown, replayId, executionIds: executionIds ?? [] };
}

export function replaysObject({ matched, people, results }: Replays): object {
  return { matched, people, results: results.map(replayObject) };
}

export function refusedObject({ id, source, at, reason, remote, headers }: RefusedRequest): object {
  return { id, source, at: iso(at), reason, remote, headers };
}

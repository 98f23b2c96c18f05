import type { TimelineEntry } from "../../contracts/model.js";
import type { Page, PageRequest } from "../../contracts/store.js";
import type { Database } from "./database.js";
import type { CallEntry, OutcomeEntry, SendingDocument } from "./documents.js";

type Told = Pick<SendingDocument, "_id" | "createdAt" | "history">;

/**
 * An entry with its place among those of the same time: a sending is created, then its notes come by number, and an attempt comes as a
 * whole after as many of them as there were.
 */
interface Placed {
  entry: TimelineEntry;
  number: number;
  part: number;
}

const wanted = { createdAt: 1, history: 1 } as const;
const nothing = { stepId: null, attemptId: null, outcome: null, reason: null, providerId: null, note: null };

/** Oldest first, with `created` before all others. */
export async function sendingTimeline(
  { sendings }: Database,
  organization: string,
  id: string,
): Promise<TimelineEntry[]> {
  const which = { _id: { $eq: id }, organization: { $eq: organization } };
  const sending = await sendings.findOne<Told>(which, { projection: wanted });
  if (!sending) return [];
  const [created, ...others] = placedEntries(sending);
  return [created, ...others.sort(inOrder)].flatMap((placed) => placed?.entry ?? []);
}

/** Newest first, of all sendings of a contact. */
export async function contactTimeline(
  { sendings }: Database,
  organization: string,
  contactId: string,
  { page, limit }: PageRequest,
): Promise<Page<TimelineEntry & { sendingId: string }>> {
  const which = { contactId: { $eq: contactId }, organization: { $eq: organization } };
  const found = await sendings.find<Told>(which, { projection: wanted }).toArray();
  const all = found.flatMap((sending) => placedEntries(sending).map((placed) => ({ sendingId: sending._id, placed })));
  all.sort(
    (one, other) =>
      other.placed.entry.at - one.placed.entry.at ||
      inAlphabet(other.sendingId, one.sendingId) ||
      inOrder(other.placed, one.placed),
  );
  const items = all.slice((page - 1) * limit, page * limit);
  return { items: items.map(({ sendingId, placed }) => ({ ...placed.entry, sendingId })), total: all.length };
}

/** `created` first; the others as they were written. */
function placedEntries({ createdAt, history }: Told): Placed[] {
  const outcomes = new Map(history.flatMap((one) => (one.kind === "outcome" ? [[one.attemptId, one] as const] : [])));
  const entries: Placed[] = [{ entry: { ...nothing, at: createdAt, kind: "created" }, number: 0, part: 0 }];
  let notes = 0;
  for (const one of history) {
    if (one.kind === "outcome") continue;
    if (one.kind === "call") entries.push(...attemptEntries(one, outcomes.get(one.attemptId), notes));
    else {
      const { at, kind, stepId, reason, said } = one;
      entries.push({ entry: { ...nothing, at, kind, stepId, reason, note: said }, number: ++notes, part: 0 });
    }
  }
  return entries;
}

function attemptEntries(call: CallEntry, end: OutcomeEntry | undefined, notes: number): Placed[] {
  const { attemptId, stepId, claimedAt, at } = call;
  const number = notes + (end?.ledBy ?? 0);
  const about = { ...nothing, stepId, attemptId };
  const entries: Placed[] = [
    { entry: { ...about, at: claimedAt, kind: "claimed" }, number, part: 1 },
    { entry: { ...about, at, kind: "calling" }, number, part: 2 },
  ];
  if (!end) return entries;
  const { outcome, said, providerId } = end;
  const settled: TimelineEntry = { ...about, at: end.at, kind: "settled", outcome, reason: said, providerId };
  return [...entries, { entry: settled, number, part: 3 }];
}

function inOrder(one: Placed, other: Placed): number {
  return (
    one.entry.at - other.entry.at ||
    one.number - other.number ||
    inAlphabet(one.entry.attemptId ?? "", other.entry.attemptId ?? "") ||
    one.part - other.part
  );
}

function inAlphabet(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

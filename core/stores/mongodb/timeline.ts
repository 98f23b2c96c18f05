import type { TimelineEntry } from "../../contracts/model.js";
import type { Page, PageRequest } from "../../contracts/store.js";
import type { Database } from "./database.js";
import type { AttemptEntry, HistoryEntry, SendingDocument } from "./documents.js";

type Told = Pick<SendingDocument, "_id" | "createdAt" | "history">;

/** `number` and `part` put entries of one time in the order of their causes. */
interface Placed {
  sendingId: string;
  number: number;
  part: number;
  entry: TimelineEntry;
}

const told = { createdAt: 1, history: 1 } as const;

/** Oldest first, with `created` before all others. */
export async function sendingTimeline(database: Database, organization: string, id: string): Promise<TimelineEntry[]> {
  const own = { _id: { $eq: id }, organization: { $eq: organization } };
  const sending = await database.sendings.findOne<Told>(own, { projection: told });
  if (!sending) return [];
  const [created, ...rest] = entriesOf(sending);
  return [...(created ? [created] : []), ...rest.sort(order)].map(({ entry }) => entry);
}

/** Newest first, of all sendings of a contact. */
export async function contactTimeline(
  database: Database,
  organization: string,
  contactId: string,
  { page, limit }: PageRequest,
): Promise<Page<TimelineEntry & { sendingId: string }>> {
  const theirs = { contactId: { $eq: contactId }, organization: { $eq: organization } };
  const sendings = await database.sendings.find<Told>(theirs, { projection: told }).toArray();
  const all = sendings.flatMap(entriesOf).sort((one, other) => order(other, one));
  const items = all.slice((page - 1) * limit, page * limit).map(({ sendingId, entry }) => ({ ...entry, sendingId }));
  return { items, total: all.length };
}

/**
 * Every entry of a sending: it is created, then its notes come by number, and an attempt comes as a whole after as many of them as there
 * were, and as led to it.
 */
function entriesOf({ _id: sendingId, createdAt, history }: Told): Placed[] {
  const placed: Placed[] = [{ sendingId, number: 0, part: 0, entry: entry({ at: createdAt, kind: "created" }) }];
  let notes = 0;
  for (const one of history) {
    if (isAttempt(one)) {
      const number = notes + one.ledBy;
      placed.push(...partsOf(one).map((part, index) => ({ sendingId, number, part: index + 1, entry: part })));
    } else {
      notes += 1;
      const { at, kind, stepId, reason, said: note } = one;
      placed.push({ sendingId, number: notes, part: 0, entry: entry({ at, kind, stepId, reason, note }) });
    }
  }
  return placed;
}

function partsOf({ attemptId, stepId, claimedAt, callingAt, settledAt, state, said, providerId }: AttemptEntry) {
  const parts = [
    entry({ at: claimedAt, kind: "claimed", stepId, attemptId }),
    entry({ at: callingAt, kind: "calling", stepId, attemptId }),
  ];
  if (settledAt === null || state === "calling") return parts;
  return [
    ...parts,
    entry({ at: settledAt, kind: "settled", stepId, attemptId, outcome: state, reason: said, providerId }),
  ];
}

function isAttempt(one: HistoryEntry): one is AttemptEntry {
  return "attemptId" in one;
}

function entry(rest: Partial<TimelineEntry> & Pick<TimelineEntry, "at" | "kind">): TimelineEntry {
  return { stepId: null, attemptId: null, outcome: null, reason: null, providerId: null, note: null, ...rest };
}

function order(one: Placed, other: Placed): number {
  return (
    one.entry.at - other.entry.at ||
    compared(one.sendingId, other.sendingId) ||
    one.number - other.number ||
    compared(one.entry.attemptId ?? "", other.entry.attemptId ?? "") ||
    one.part - other.part
  );
}

function compared(one: string, other: string): number {
  return one === other ? 0 : one < other ? -1 : 1;
}

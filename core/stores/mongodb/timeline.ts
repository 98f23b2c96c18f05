import type { TimelineEntry } from "../../contracts/model.js";
import type { Page, PageRequest } from "../../contracts/store.js";
import type { Database } from "./database.js";
import type { CallEntry, HistoryEntry, OutcomeEntry, SendingDocument } from "./documents.js";

type Told = Pick<SendingDocument, "_id" | "organization" | "createdAt" | "history">;

/** `number` and `part` put entries of one time in the order of their causes. */
interface Placed {
  sendingId: string;
  number: number;
  part: number;
  entry: TimelineEntry;
}

const told = { organization: 1, createdAt: 1, history: 1 } as const;

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
  // By the contact alone: no index of the organization is ever taken for it.
  const found = await database.sendings.find<Told>({ contactId: { $eq: contactId } }, { projection: told }).toArray();
  const own = found.filter((sending) => sending.organization === organization);
  const all = own.flatMap(entriesOf).sort((one, other) => order(other, one));
  const items = all.slice((page - 1) * limit, page * limit).map(({ sendingId, entry }) => ({ ...entry, sendingId }));
  return { items, total: all.length };
}

/**
 * Every entry of a sending: it is created, then its notes come by number, and an attempt comes as a whole after as many of them as there
 * were, and as led to it.
 */
function entriesOf({ _id: sendingId, createdAt, history }: Told): Placed[] {
  const place = (number: number, part: number, entry: TimelineEntry): Placed => ({ sendingId, number, part, entry });
  const placed = [place(0, 0, entry({ at: createdAt, kind: "created" }))];
  const outcomes = new Map(history.filter(isOutcome).map((outcome) => [outcome.attemptId, outcome]));
  let notes = 0;
  for (const one of history) {
    if (isOutcome(one)) continue;
    if (isCall(one)) {
      const outcome = outcomes.get(one.attemptId);
      const number = notes + (outcome?.ledBy ?? 0);
      placed.push(...partsOf(one, outcome).map((part, index) => place(number, index + 1, part)));
    } else {
      notes += 1;
      const { at, kind, stepId, reason, said: note } = one;
      placed.push(place(notes, 0, entry({ at, kind, stepId, reason, note })));
    }
  }
  return placed;
}

function partsOf({ at, claimedAt, stepId, attemptId }: CallEntry, ended: OutcomeEntry | undefined): TimelineEntry[] {
  const parts = [
    entry({ at: claimedAt, kind: "claimed", stepId, attemptId }),
    entry({ at, kind: "calling", stepId, attemptId }),
  ];
  if (!ended) return parts;
  const { outcome, said: reason, providerId } = ended;
  return [...parts, entry({ at: ended.at, kind: "settled", stepId, attemptId, outcome, reason, providerId })];
}

function isCall(one: HistoryEntry): one is CallEntry {
  return one.kind === "call";
}

function isOutcome(one: HistoryEntry): one is OutcomeEntry {
  return one.kind === "outcome";
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

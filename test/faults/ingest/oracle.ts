import type { JournalEntry } from "../../fakes/sendgrid-journal.js";
import type { LedgerSending, LedgerView } from "../ledger.js";
import { checkMessages, type Expected, type MessageVerdict } from "../messages.js";
import type { Books, KeptEvent } from "./books.js";
import { retrying } from "./project.js";
import type { Sent } from "./sender.js";
import type { Run, Story } from "./story.js";

/** What the witnesses say: the platforms, the provider's journal, the final database. */
export interface Testimony {
  stories: readonly Story[];
  sent: readonly Sent[];
  journal: readonly JournalEntry[];
  ledger: LedgerView;
  books: Books;
}

export interface IngestVerdict extends MessageVerdict {
  /** Deliveries that were answered and are not in the inbox, and people who were to be on a way and are not. */
  lost: number;
}

/** As long as a call may be on its way when the sending that it is of is cancelled. */
const inFlight = 2_000;
const far = 24 * 60 * 60_000;

/**
 * Compares the witnesses: what was answered is kept and settled, everybody is on the one way that their story leads to, and nothing is
 * sent after a cancellation, twice, or out of turn.
 */
export function judgeIngest(testimony: Testimony): IngestVerdict {
  const { stories, sent, journal, ledger, books } = testimony;
  const verdict: IngestVerdict = { violations: [], lost: 0, skipped: 0, doubles: {}, uncertain: 0 };
  const events = new Map(books.events.map((event) => [`${event.source} ${event.delivery_id}`, event]));
  if (events.size !== books.events.length) verdict.violations.push("a delivery is in the inbox twice");
  for (const one of sent) checkDelivery(one, events, verdict);
  checkEvents(sent, books, verdict.violations);
  checkCauses(books, verdict.violations);
  const ways = checkStories(stories, events, ledger, verdict);
  checkMessages({ journal, ledger }, (sending) => expectedOf(sending, ways.get(sending.id)), verdict);
  checkCancelled(testimony, verdict.violations);
  return verdict;
}

function checkDelivery(
  { delivery: { source, id, body }, answered }: Sent,
  events: ReadonlyMap<string, KeptEvent>,
  verdict: IngestVerdict,
): void {
  const event = events.get(`${source} ${id}`);
  if (event && Buffer.from(event.body).toString() !== body) verdict.violations.push(`${id} is not kept as it was sent`);
  if (event || answered === 0) return;
  verdict.lost++;
  verdict.violations.push(`${id} was answered 200, and is not in the inbox`);
}

function checkEvents(sent: readonly Sent[], { events }: Books, violations: string[]): void {
  const known = new Set(sent.map(({ delivery }) => `${delivery.source} ${delivery.id}`));
  for (const { source, delivery_id: id, status, reason, due_at: dueAt, lease_until: lease } of events) {
    const isOurs = /^(ended|refunded):/.test(id);
    if (!isOurs && !known.has(`${source} ${id}`)) violations.push(`${id} is in the inbox, and nobody has sent it`);
    if (status !== "processed" && status !== "ignored") violations.push(`${id} is ${status} (${reason})`);
    if (dueAt !== null || lease !== null) violations.push(`${id} is due ${dueAt}, leased until ${lease}`);
  }
}

/** An event names the executions that it has started, and no others. */
function checkCauses({ events, causes }: Books, violations: string[]): void {
  const started = Map.groupBy(causes, ({ event_id: event }) => event);
  for (const { id, delivery_id: delivery, execution_ids: named } of events) {
    const found = (started.get(id) ?? []).map((execution) => execution.id);
    if (JSON.stringify(found.sort()) !== JSON.stringify((JSON.parse(named) as string[]).sort()))
      violations.push(`${delivery} has started ${found.join(", ") || "nothing"}, and says ${named}`);
  }
}

/** Everybody is on the ways that their story leads to, once each. Answers the way of each sending. */
function checkStories(
  stories: readonly Story[],
  events: ReadonlyMap<string, KeptEvent>,
  ledger: LedgerView,
  verdict: IngestVerdict,
): Map<string, Run> {
  const { violations } = verdict;
  const byEmail = Map.groupBy(ledger.sendings, ({ contact_id: contact }) => ledger.contacts.get(contact) ?? "");
  const ways = new Map<string, Run>();
  for (const { email, deliveries, runs } of stories) {
    const sendings = byEmail.get(email) ?? [];
    byEmail.delete(email);
    const isKept = deliveries.some(({ source, id }) => events.has(`${source} ${id}`));
    for (const run of isKept ? runs : []) {
      const [sending, ...more] = sendings.filter(({ policy }) => policy === run.sequence);
      if (more.length > 0) violations.push(`${email} is on the way ${run.sequence} ${more.length + 1} times`);
      if (sending) {
        ways.set(sending.id, run);
        checkEnd(email, sending, run, violations);
      } else if (run.ends !== "over") {
        verdict.lost++;
        violations.push(`${email} is not on the way ${run.sequence}`);
      }
    }
    for (const { id, policy } of sendings)
      if (!ways.has(id)) violations.push(`${email} is on the way ${policy}, and should not be`);
  }
  for (const email of byEmail.keys()) violations.push(`${email} is on a way, and nobody has told of them`);
  return ways;
}

function checkEnd(email: string, sending: LedgerSending, { ends, dueAt }: Run, violations: string[]): void {
  const { state, reason, due_at: due, lease_until: lease, policy } = sending;
  const isFar = due !== null && due > Date.now() + far && (dueAt === undefined || due === dueAt);
  const holds = {
    waits: state === "open" && isFar,
    over: state === "cancelled" && reason === "by_entity",
    passed: state === "cancelled" && reason === "past",
    whole: state === "completed",
  };
  // A step whose message may have gone out waits for a person.
  const isHeld = ends !== "over" && state === "held" && reason === "uncertain";
  if ((!holds[ends] && !isHeld) || lease !== null)
    violations.push(
      `${email} is ${state} (${reason}) on the way ${policy}, due ${due}, leased until ${lease}: not ${ends}`,
    );
}

function expectedOf({ state, policy }: LedgerSending, run: Run | undefined): Expected {
  const isDone = run !== undefined && run.ends !== "over" && state !== "held";
  return { steps: run?.steps ?? [], isDone, mayRepeat: retrying.has(policy) };
}

/** What is cancelled is not called for any more; what is on its way arrives. */
function checkCancelled({ journal, ledger, books }: Testimony, violations: string[]): void {
  const cancelledAt = new Map(books.cancellations.map(({ sending_id: id, at }) => [id, at]));
  for (const { sending_id: id, step_id: step, calling_at: at } of ledger.attempts)
    if (at > (cancelledAt.get(id) ?? Infinity)) violations.push(`${step} of ${id} was called after it was cancelled`);
  for (const { sendingId, stepId, at } of journal)
    if (at > (cancelledAt.get(sendingId ?? "") ?? Infinity) + inFlight)
      violations.push(`${stepId} of ${sendingId} was sent ${inFlight} ms and more after it was cancelled`);
}

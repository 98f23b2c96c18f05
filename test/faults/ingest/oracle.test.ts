import t from "tap";
import type { JournalEntry } from "../../fakes/sendgrid-journal.js";
import type { LedgerAttempt, LedgerSending } from "../ledger.js";
import type { KeptEvent } from "./books.js";
import { judgeIngest, type Testimony } from "./oracle.js";
import type { Delivery, Run } from "./story.js";

const day = 24 * 60 * 60_000;
const delivery: Delivery = { source: "shop", id: "d", headers: {}, body: "{}", after: 0, insists: true };
const event: KeptEvent = {
  ...{ id: "e", source: "shop", delivery_id: "d", status: "processed", reason: null, due_at: null, lease_until: null },
  ...{ body: Buffer.from("{}"), execution_ids: '["x"]' },
};
const sending: LedgerSending = {
  ...{ id: "s", execution_id: "x", contact_id: "c", state: "open", reason: null, step_id: "long" },
  ...{ due_at: Date.now() + 30 * day, parked_on: null, lease_until: null, policy: "thanks" },
};
const attempt: LedgerAttempt = { sending_id: "s", id: "a", step_id: "one", state: "accepted", calling_at: 1_000 };
const message: JournalEntry = {
  ...{ at: 1_001, phase: "body", sendingId: "s", attemptId: "a", stepId: "one", to: "p@x.example", subject: "one" },
  ...{ headers: {}, apiKey: null, status: 202 },
};

interface Change {
  answered?: number;
  runs?: Run[];
  events?: KeptEvent[];
  sendings?: LedgerSending[];
  attempts?: LedgerAttempt[];
  journal?: JournalEntry[];
  cancelledAt?: number;
  causes?: Testimony["books"]["causes"];
}

/** An order that was told once, whose first message was sent, and what is different about it. */
function violations(change: Change): string[] {
  const { answered = 1, runs = [{ sequence: "thanks", ends: "waits", steps: ["one"] }], cancelledAt } = change;
  const sendings = change.sendings ?? [sending];
  return judgeIngest({
    stories: [{ email: "p@x.example", deliveries: [delivery], runs }],
    sent: [{ delivery, tries: 1, answered }],
    journal: change.journal ?? [message],
    ledger: {
      ...{ integrity: "ok", lockedJobs: 0, sendings, attempts: change.attempts ?? [attempt] },
      ...{ executions: new Map(), contacts: new Map([["c", "p@x.example"]]) },
    },
    books: {
      events: change.events ?? [event],
      causes: change.causes ?? [{ id: "x", event_id: "e" }],
      cancellations: cancelledAt === undefined ? [] : [{ sending_id: "s", at: cancelledAt }],
    },
  }).violations;
}

const startedNobody: KeptEvent = { ...event, execution_ids: "[]" };
const over: Run[] = [{ sequence: "thanks", ends: "over", steps: ["one"] }];
const cancelled: LedgerSending = { ...sending, state: "cancelled", reason: "by_entity", due_at: null };

t.test("nothing is wrong when everybody is where their story leads", async (t) => {
  t.same(violations({}), []);
  t.same(violations({ runs: over, sendings: [cancelled], cancelledAt: 1_500 }), []);
  t.same(violations({ runs: over, sendings: [], attempts: [], journal: [], causes: [], events: [startedNobody] }), []);
  t.same(violations({ sendings: [{ ...sending, state: "held", reason: "uncertain", due_at: null }] }), []);
});

const nobody = { sendings: [], attempts: [], journal: [], causes: [] };
const cases: [what: string, change: Change, ...expected: RegExp[]][] = [
  ["lost", { ...nobody, events: [] }, /answered 200, and is not in the inbox/],
  ["kept otherwise", { events: [{ ...event, body: Buffer.from("[]") }] }, /not kept as it was sent/],
  [
    "kept twice",
    { events: [event, { ...startedNobody, id: "f" }], causes: [{ id: "x", event_id: "e" }] },
    /in the inbox twice/,
  ],
  ["made up", { events: [event, { ...startedNobody, id: "f", delivery_id: "z" }] }, /nobody has sent it/],
  ["unsettled", { events: [{ ...event, status: "received", due_at: 1 }] }, /d is received/, /d is due 1/],
  ["given up", { events: [{ ...event, status: "dead", reason: "mapping_error" }] }, /d is dead \(mapping_error\)/],
  ["leased", { events: [{ ...event, lease_until: 9 }] }, /leased until 9/],
  ["of no event", { causes: [{ id: "y", event_id: "e" }] }, /has started y, and says \["x"\]/],
  ["started nobody", { ...nobody, events: [startedNobody] }, /is not on the way thanks/],
  ["started twice", { sendings: [sending, { ...sending, id: "s2" }] }, /on the way thanks 2 times/, /should not be/],
  ["of a stranger", { runs: [] }, /is on the way thanks, and should not be/],
  ["not over", { runs: over }, /is open .* not over/],
  ["due too soon", { sendings: [{ ...sending, due_at: Date.now() }] }, /not waits/],
  ["not moved", { runs: [{ ...over[0]!, ends: "waits", dueAt: 5 }] }, /not waits/],
  ["not sent", { journal: [] }, /passed one without a message/],
  ["sent twice", { journal: [message, message] }, /I4: 2 messages/],
  [
    "sent more often than it was in doubt",
    { journal: [message, message, message], attempts: [attempt, { ...attempt, id: "b", state: "uncertain" }] },
    /I4: 3 messages/,
  ],
  ["called when it was cancelled", { runs: over, sendings: [cancelled], cancelledAt: 999 }, /called after/],
  [
    "sent when it was cancelled",
    { runs: over, sendings: [cancelled], cancelledAt: 1_500, journal: [{ ...message, at: 4_000 }] },
    /sent 2000 ms and more after/,
  ],
];

for (const [what, change, ...expected] of cases) {
  t.test(what, async (t) => {
    const found = violations(change);
    t.equal(found.length, expected.length, found.join("\n"));
    for (const [index, sentence] of expected.entries()) t.match(found[index], sentence);
  });
}

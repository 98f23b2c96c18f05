import { strict as assert } from "node:assert";
import type { Instant, Position, SequenceDefinition } from "../model.js";
import type { ContactFields } from "../rules.js";
import type { AcceptPlan, PersonOutcome } from "../accept.js";
import type { Claim, PublishedSequence, Settlement, Store } from "../store.js";
import { withSubject, type Subject, type Test } from "./suite.js";

/** Monday, 5 January 2026, 9:00 UTC. */
export const start: Instant = Date.UTC(2026, 0, 5, 9);
export const minute = 60_000;
export const day = 24 * 60 * minute;

export const organization = "acme";
export const stranger = "globex";
/** One page with everything on it. */
export const all = { page: 1, limit: 100 };

/** Registers tests of a store on which a stage is set. */
export function onStage(test: Test, make: () => Promise<Subject<Store>>, group: string) {
  return (name: string, body: (stage: Stage) => Promise<void>): unknown =>
    test(`${group}: ${name}`, () => withSubject(make, async (store) => body(await setStage(store))));
}

/** A store with the sequences `welcome` (transactional) and `news` (marketing), and short ways to do things with it. */
export interface Stage {
  store: Store;
  newId(): string;
  plan(call?: Call): AcceptPlan;
  /** Accepts a call that must be accepted; answers the ids that came of it. */
  enrol(call?: Call): Promise<Enrolled>;
  claim(executionId: string, now?: Instant, limit?: number): Promise<Claim[]>;
  /** Claims what is due in an execution of one person. */
  claimOne(executionId: string, now?: Instant): Promise<Claim>;
  /** Writes the ledger row of a claim; answers whether it may call. */
  call(claim: Claim, now?: Instant): Promise<boolean>;
  settle(claim: Claim, ending?: Partial<Settlement>, now?: Instant): Promise<void>;
  state(sendingId: string): Promise<Position>;
}

export interface Call {
  sequence?: PublishedSequence;
  emails?: readonly string[];
  fields?: ContactFields;
  locationId?: string;
  employeeId?: string;
  context?: AcceptPlan["people"][number]["context"];
  organization?: string;
  entity?: string;
  at?: Instant;
  dueAt?: Instant;
  reentry?: AcceptPlan["reentry"];
  key?: string;
  fingerprint?: string;
  dryRun?: boolean;
}

export interface Enrolled {
  executionId: string;
  people: PersonOutcome[];
  /** Of the first person. */
  contactId: string;
  sendingId: string;
}

export const welcome = sequence("11111111-0000-7000-8000-000000000001", "welcome", "transactional");
export const news = sequence("11111111-0000-7000-8000-000000000002", "news", "marketing");

export function sequence(
  id: string,
  key: string,
  purpose: SequenceDefinition["purpose"],
  rest: Partial<PublishedSequence> = {},
): PublishedSequence {
  const step = {
    id: "hello",
    type: "email",
    delay: 0,
    when: null,
    settings: { subject: "Hello", text: "{{ contact.email }}" },
  };
  return {
    id,
    key,
    name: key.toUpperCase(),
    status: "active",
    definition: { purpose, reentry: null, steps: [step] },
    ...rest,
  };
}

/** Where a sending stands: before its first step, due at `start`, unless `rest` says otherwise. */
export function position(rest: Partial<Position> = {}): Position {
  return {
    state: "open",
    reason: null,
    stepIndex: 0,
    stepId: "hello",
    stage: "before",
    dueAt: start,
    parkedOn: null,
    deferrals: 0,
    doubts: 0,
    ...rest,
  };
}

export const done = position({ state: "completed", dueAt: null });
export const accepted = { status: "accepted", reason: null, providerId: "provider-1" } as const;

/** The position of a whole sending. */
export function positionOf(sending: Position): Position {
  const { state, reason, stepIndex, stepId, stage, dueAt, parkedOn, deferrals, doubts } = sending;
  return { state, reason, stepIndex, stepId, stage, dueAt, parkedOn, deferrals, doubts };
}

async function setStage(store: Store): Promise<Stage> {
  let count = 0;
  const newId = () => `22222222-0000-7000-8000-${(++count).toString(16).padStart(12, "0")}`;
  await store.sequences.publish(organization, [welcome, news], start);

  function plan(call: Call = {}): AcceptPlan {
    const { sequence = welcome, emails = ["ada@example.com"], at = start, dueAt = at, key, fingerprint = "one" } = call;
    const id = newId();
    return {
      execution: {
        id,
        organization: call.organization ?? organization,
        sequenceId: sequence.id,
        sequenceVersion: 1,
        source: "api",
        eventId: null,
        entity: call.entity ?? null,
        startAt: dueAt,
        createdAt: at,
      },
      purpose: sequence.definition.purpose,
      reentry: call.reentry ?? null,
      start: position({ dueAt }),
      people: emails.map((email) => ({
        contactId: newId(),
        sendingId: newId(),
        email,
        fields: call.fields ?? {},
        locationId: call.locationId ?? null,
        employeeId: call.employeeId ?? null,
        context: call.context ?? {},
      })),
      ...(key === undefined ? {} : { idempotency: { key, fingerprint } }),
      dryRun: call.dryRun ?? false,
      answer: (outcomes) => JSON.stringify({ executionId: id, emails, outcomes }),
    };
  }

  async function claim(executionId: string, now = start, limit = 100): Promise<Claim[]> {
    return store.sendings.claimDue({ executionId, now, leaseUntil: now + minute, limit, newId });
  }

  return {
    store,
    newId,
    plan,
    claim,
    async enrol(call) {
      const answer = await store.executions.accept(plan(call));
      assert.ok(answer.kind === "accepted", `The call was ${answer.kind}`);
      const { executionId, outcomes } = JSON.parse(answer.body) as { executionId: string; outcomes: PersonOutcome[] };
      const [first] = outcomes;
      return { executionId, people: outcomes, contactId: first?.contactId ?? "", sendingId: first?.sendingId ?? "" };
    },
    async claimOne(executionId, now) {
      const [first, ...more] = await claim(executionId, now);
      assert.ok(first && more.length === 0, "One sending was to be due");
      return first;
    },
    async call({ attemptId, claimedAt, sending }, now = start) {
      const calling = { attemptId, claimedAt, sendingId: sending.id, stepId: "hello", channel: "email" };
      return (await store.attempts.calling([calling], now)).has(attemptId);
    },
    async settle({ attemptId, sending }, ending = {}, now = start) {
      const settlement = { sendingId: sending.id, attemptId, outcome: null, position: done, notes: [], ...ending };
      await store.attempts.settle([settlement], now);
    },
    async state(sendingId) {
      const sending = await store.sendings.get(organization, sendingId);
      assert.ok(sending, "The sending is gone");
      return positionOf(sending);
    },
  };
}

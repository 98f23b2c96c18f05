import { strict as assert } from "node:assert";
import type { EntityUpdate, EventPlan, InboxEvent, IntakeResult, NewEvent, Settled } from "../inbox.js";
import type { Instant } from "../model.js";
import type { Store } from "../store.js";
import { minute, onStage, organization, position, start, type Call, type Enrolled, type Stage } from "./store-stage.js";
import type { Subject, Test } from "./suite.js";

export const shop = "shop";

/** What an event of the source `shop` causes, beside what every event does. */
export type Causes = Partial<Omit<IntakeResult, "eventId" | "lease" | "entity">> & { entity?: Partial<EntityUpdate> };

/** A stage with short ways to let events in. */
export interface InboxStage extends Stage {
  inbox: Store["inbox"];
  news(rest?: Partial<NewEvent>): NewEvent;
  /** Lets one event in and claims it at `start`. */
  claimed(rest?: Partial<NewEvent>): Promise<InboxEvent>;
  /** Lets one event in that causes this, and answers what became of it and the id it has. */
  cause(causes: Causes, now?: Instant, event?: Partial<NewEvent>): Promise<Settled & { eventId: string }>;
  planned(call?: Call, once?: Partial<EventPlan["once"]>): EventPlan;
  /** Starts the person of a call by an event; answers the ids that came of it. */
  started(call: Call, rule?: string): Promise<Pick<Enrolled, "executionId" | "sendingId">>;
}

/** Of a claim at `at`. */
export const leaseAt = (at: Instant): Instant => at + minute;

export function onInboxStage(test: Test, make: () => Promise<Subject<Store>>, group: string) {
  const it = onStage(test, make, group);
  return (name: string, body: (stage: InboxStage) => Promise<void>): unknown =>
    it(name, (stage) => body(inboxStage(stage)));
}

function inboxStage(stage: Stage): InboxStage {
  const { inbox } = stage.store;

  function news(rest: Partial<NewEvent> = {}): NewEvent {
    const id = stage.newId();
    const home = { organization, source: shop, deliveryId: `delivery-${id}`, type: "orders/paid" };
    const times = { occurredAt: null, receivedAt: start, dueAt: start };
    return { id, ...home, ...times, headers: {}, query: "", body: bytes("{}"), replayOf: null, ...rest };
  }

  async function claimed(rest: Partial<NewEvent> = {}): Promise<InboxEvent> {
    const event = news(rest);
    assert.deepEqual(await inbox.accept([event]), [true]);
    const claims = await inbox.claimDue(event.source, start, leaseAt(start), 100);
    const claim = claims.find(({ id }) => id === event.id);
    assert.ok(claim, "The event was to be claimed");
    return claim;
  }

  async function cause({ entity, ...causes }: Causes, now = start, event: Partial<NewEvent> = {}) {
    const { id: eventId } = await claimed(event);
    return {
      ...(await inbox.settle({ ...nothing(eventId), ...causes, entity: entity ? said(entity) : null }, now)),
      eventId,
    };
  }

  function planned(call: Call = {}, once: Partial<EventPlan["once"]> = {}): EventPlan {
    const plan = stage.plan(call);
    const execution = { ...plan.execution, source: shop };
    return {
      ...plan,
      execution,
      once: { source: shop, rule: "on[0]", entity: call.entity ?? null, ...once },
      evenIfOver: false,
    };
  }

  return {
    ...stage,
    inbox,
    news,
    claimed,
    cause,
    planned,
    async started(call, rule = "on[0]") {
      const plan = planned(call, { rule });
      const { held, ring } = await cause({ plans: [plan] });
      assert.ok(held && ring.length === 1, "The person was to be started");
      return { executionId: plan.execution.id, sendingId: plan.people[0]?.sendingId ?? "" };
    },
  };
}

/** A result that causes nothing. */
export function nothing(eventId: string, rest: Partial<IntakeResult> = {}): IntakeResult {
  const empty = { notes: [], commands: [], entity: null, plans: [], cancels: [], redact: [], retryAt: null };
  const ids = { eventId, wholeRefundId: `whole-${eventId}` };
  return { ...ids, lease: leaseAt(start), status: "processed", reason: null, ...empty, ...rest };
}

/** What was settled, beside `status` and `reason`, when the event has caused nothing. */
export const nothingElse = { ring: [], endedDueAt: null, isGivenBack: false } as const;

/** What is said of `booking:1`: a booking for an hour, a day from `start`, unless `rest` says otherwise. */
export function said(rest: Partial<EntityUpdate> = {}): EntityUpdate {
  return { ...bookingOne, ...rest };
}

const bookingOne: EntityUpdate = {
  kind: "booking",
  key: "booking:1",
  aliases: [],
  replaces: null,
  status: "booked",
  startsAt: start + 24 * 60 * minute,
  endsAt: start + 25 * 60 * minute,
  data: { id: "1" },
  version: null,
  endedDelay: null,
};

/** Inside a wait that follows the times of an entity. */
export const anchored = position({ stage: "anchored", dueAt: start + 23 * 60 * minute });

export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

import t from "tap";
import type { EventPlan, IntakeResult, Settled } from "../../../core/contracts/inbox.js";
import type { Instant } from "../../../core/contracts/model.js";
import { ADVANCE } from "../../../core/pipeline/jobs.js";
import { arrive } from "../../../core/pipeline/walk.js";
import { FakeChannel } from "../../fakes/channel.js";
import { engineOf, organization, type Engine } from "./engine.js";
import { sequenceOf, step } from "./sequence.js";

const hour = 3_600_000;
const source = "salon";
const reminder = [step.until("before", 0), step.email("reminder")];

/** Lets one event in and settles it; rings for what it moved or started. */
async function cause(
  { file: { inbox }, clock, ids, scheduler }: Engine,
  causes: Partial<IntakeResult>,
): Promise<Settled> {
  const now = clock.now();
  const id = ids.next();
  const home = { id, organization, source, deliveryId: id, type: "booking" };
  const times = { occurredAt: null, receivedAt: now, dueAt: now };
  await inbox.accept([{ ...home, ...times, headers: {}, query: "", body: new Uint8Array(), replayOf: null }]);
  await inbox.claimDue(source, now, now + 1, 9);
  const nothing = { status: "processed", reason: null, notes: [], commands: [], plans: [], cancels: [] } as const;
  const rest = { eventId: id, lease: now + 1, entity: null, redact: [], retryAt: null, wholeRefundId: ids.next() };
  const settled = await inbox.settle({ ...nothing, ...rest, ...causes }, now);
  for (const { executionId, at } of settled.ring) await scheduler.schedule(ADVANCE, executionId, at);
  return settled;
}

function bookingAt(startsAt: Instant): Pick<IntakeResult, "entity"> {
  const told = { status: "booked", startsAt, endsAt: startsAt + hour, data: {}, version: null, endedDelay: null };
  return { entity: { kind: "booking", key: "booking:1", aliases: [], replaces: null, ...told } };
}

function planOf({ clock, ids }: Engine, sequence: ReturnType<typeof sequenceOf>): EventPlan {
  const now = clock.now();
  const of = { organization, sequenceId: sequence.id, sequenceVersion: 1, source, entity: "booking:1", eventId: null };
  const who = { email: "ann@acme.example", fields: {}, locationId: null, employeeId: null, context: {} };
  return {
    execution: { ...of, id: ids.next(), startAt: now, createdAt: now },
    purpose: "transactional",
    reentry: null,
    start: arrive(sequence, 0, now),
    people: [{ contactId: ids.next(), sendingId: ids.next(), ...who }],
    dryRun: false,
    answer: () => "",
    once: { source, rule: "on[0]", entity: "booking:1" },
    evenIfOver: false,
  };
}

t.test("a reminder follows its booking, whichever way it moves", async (t) => {
  const sequence = sequenceOf(reminder);
  const engine = await engineOf(t, sequence);
  const begin = engine.clock.now();
  const plan = planOf(engine, sequence);
  await cause(engine, { ...bookingAt(begin + 10 * hour), plans: [plan] });
  await engine.scheduler.runUntil(begin + hour);
  const id = plan.people[0]!.sendingId;
  t.match(await engine.sending(id), { state: "open", stage: "anchored", dueAt: begin + 10 * hour });

  await cause(engine, bookingAt(begin + 30 * hour));
  await engine.scheduler.runUntil(begin + 11 * hour);
  t.equal(engine.channel.messages.length, 0, "the old time has passed");
  await cause(engine, bookingAt(begin + 20 * hour));
  await engine.scheduler.runUntil(begin + 19 * hour);
  t.equal(engine.channel.messages.length, 0);
  await engine.scheduler.runUntil(begin + 40 * hour);
  t.equal(engine.channel.messages.length, 1);
  t.equal((await engine.sending(id)).state, "completed");
  t.same(await engine.story(id), [
    ...["created", "waiting before", "moved before by_entity", "waiting before", "moved before by_entity"],
    ...["waiting before", "claimed reminder", "calling reminder", "settled reminder accepted", "completed reminder"],
  ]);
});

t.test("no reminder for a booking that was cancelled", async (t) => {
  const sequence = sequenceOf(reminder);
  const engine = await engineOf(t, sequence);
  const begin = engine.clock.now();
  await cause(engine, { ...bookingAt(begin + 10 * hour), plans: [planOf(engine, sequence)] });
  await engine.scheduler.runUntil(begin + hour);
  await cause(engine, { cancels: [{ source, entity: "booking:1", reason: "by_entity", sequenceIds: null }] });
  await engine.scheduler.runUntil(begin + 40 * hour);
  t.equal(engine.channel.messages.length, 0);
});

t.test("a booking that moves while a mail is on its way moves the reminder that follows", async (t) => {
  const sequence = sequenceOf([step.email("booked"), ...reminder]);
  const channel = new FakeChannel();
  const engine = await engineOf(t, sequence, { channel });
  const begin = engine.clock.now();
  channel.answer = async () => {
    channel.answer = () => ({ status: "accepted", providerId: null });
    await cause(engine, bookingAt(begin + 30 * hour));
    return { status: "accepted", providerId: null };
  };
  const plan = planOf(engine, sequence);
  await cause(engine, { ...bookingAt(begin + 10 * hour), plans: [plan] });
  await engine.scheduler.runUntil(begin + 11 * hour);
  t.same(
    channel.messages.map(({ stepId }) => stepId),
    ["booked"],
  );
  t.match(await engine.sending(plan.people[0]!.sendingId), { stage: "anchored", dueAt: begin + 30 * hour });
  await engine.scheduler.runUntil(begin + 40 * hour);
  t.same(
    channel.messages.map(({ stepId }) => stepId),
    ["booked", "reminder"],
  );
});

t.test("what is held for want of a time goes on when there is one", async (t) => {
  const hold = { do: "hold", reason: "no_time", note: "`until` gives no time", anchored: true } as const;
  const lacking = { ...step.nothing("before"), begin: step.until("before", 0).begin };
  const sequence = sequenceOf([
    { ...lacking, begin: (view) => ((view.entity?.startsAt ?? null) === null ? hold : lacking.begin(view)) },
    step.email("reminder"),
  ]);
  const engine = await engineOf(t, sequence);
  const begin = engine.clock.now();
  const plan = planOf(engine, sequence);
  const id = plan.people[0]!.sendingId;
  await cause(engine, { plans: [plan] });
  await engine.scheduler.runUntil(begin + hour);
  t.match(await engine.sending(id), { state: "held", reason: "no_time", dueAt: null });
  t.match((await engine.file.sendings.timeline(organization, id)).at(-1), { kind: "held", note: hold.note });
  await cause(engine, bookingAt(begin + 5 * hour));
  await engine.scheduler.runUntil(begin + 2 * hour);
  t.match(await engine.sending(id), { state: "open", stage: "anchored", dueAt: begin + 5 * hour });
  await engine.scheduler.runUntil(begin + 6 * hour);
  t.equal(engine.channel.messages.length, 1);
});

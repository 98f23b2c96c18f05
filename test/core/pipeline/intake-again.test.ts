import { test } from "tap";
import type { BookingReading } from "../../../core/contracts/connector.js";
import { Gone } from "../../../core/contracts/errors.js";
import type { Command } from "../../../core/contracts/plugin.js";
import { organization } from "./engine.js";
import { sequenceOf, step } from "./sequence.js";
import { booking, execute, SourceStage } from "./source-stage.js";

const hour = 3_600_000;
const day = 24 * hour;
const welcome = sequenceOf([step.email("hello"), step.wait("pause", 30 * day), step.email("again")]);

test("the end of a booking is told once per end, and not when the platform knows better", async (t) => {
  const ended = (): Command => execute({ rule: "ended", entity: "booking:1" });
  const start = async (again?: () => Promise<BookingReading>): Promise<SourceStage> => {
    const stage = await SourceStage.start(t, [welcome], {
      ...(again ? { again } : {}),
      translate: ({ type, payload }) =>
        type === "booking.ended"
          ? { commands: [ended()], reason: null, notes: [] }
          : { commands: (payload as unknown as { commands: Command[] }).commands, reason: "no_rule", notes: [] },
    });
    await stage.take({ commands: [booking({ endsAt: stage.engine.clock.now() + hour }, hour)] });
    stage.engine.clock.advance(2 * hour);
    await stage.work();
    return stage;
  };
  t.strictSame(await (await start()).said(), ["ignored no_rule", "processed"]);
  const reading = (change: Partial<BookingReading>) =>
    (booking(change) as Extract<Command, { do: "entity" }>).reading as BookingReading;
  const same = await start(() => Promise.resolve(reading({ endsAt: same0() })));
  t.strictSame(await same.said(), ["ignored no_rule", "ignored stale"], "moved");
  const none = await start(() => Promise.resolve(reading({ status: "noShow" })));
  t.strictSame(await none.said(), ["ignored no_rule", "ignored stale"]);
  const gone = await start(() => Promise.reject(new Gone("gone")));
  t.strictSame(await gone.said(), ["ignored no_rule", "ignored gone"]);
});

function same0(): number {
  return Date.UTC(2040, 0, 1);
}

test("an event is worked on again by hand: dry, changed, and never twice", async (t) => {
  let sequence = "welcome";
  const stage = await SourceStage.start(t, [welcome], {
    translate: () => ({ commands: [execute({ sequence })], reason: null, notes: [] }),
  });
  const [event] = await stage.take({ id: "1" });
  const id = event?.id ?? "";
  t.match(await stage.replay.one(organization, id, true), { changed: false, status: "processed" });
  sequence = "nothing";
  t.match(await stage.replay.one(organization, id, true), { changed: true });
  sequence = "welcome";
  const again = await stage.replay.one(organization, id, false);
  t.match(again, { status: "ignored", reason: "repeated", executionIds: [] });
  t.match(await stage.replay.one(organization, again.replayId ?? "", false), { status: "ignored" });
  t.ok((await stage.events()).slice(1).every(({ replayOf }) => replayOf === id));
  t.match(
    await stage.replay.all(organization, { source: "shop", status: "processed", from: 0, to: 9e15 }, { dryRun: true }),
    {
      matched: 1,
      people: 1,
    },
  );
  t.match(await stage.replay.all(organization, {}, { dryRun: false }), { matched: 1 });
  await t.rejects(stage.replay.one(organization, "nothing", true), { code: "NOT_FOUND" });
});

test("more than a hundred people are asked for by their number", async (t) => {
  const stage = await SourceStage.start(t, [welcome], {
    translate: ({ id }) => ({
      commands: [execute({ contact: { email: `p${id}@x.example` } })],
      reason: null,
      notes: [],
    }),
    status: "paused",
  });
  for (let n = 0; n < 101; n++) await stage.post({ id: String(n) });
  await t.rejects(stage.replay.all(organization, {}, { dryRun: false }), {
    code: "CONFLICT",
    details: { people: 101 },
  });
  t.match(await stage.replay.all(organization, {}, { dryRun: true }), { people: 101 });
});

test("the sweep rings for events that nothing rings for", async (t) => {
  const stage = await SourceStage.start(t, [welcome]);
  await stage.post({ commands: [booking({ endsAt: stage.engine.clock.now() + day }), execute()] });
  stage.engine.scheduler.rings.clear();
  await stage.sweep.run();
  t.ok(stage.engine.scheduler.rings.has("intake:shop"));
  await stage.work();
  stage.engine.scheduler.rings.clear();
  await stage.sweep.run();
  t.equal(stage.engine.scheduler.rings.get("ended:all"), stage.engine.clock.now() + day);
});

test("a stop waits for the events under way, and what a dead process held is taken up", async (t) => {
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  const stage = await SourceStage.start(t, [welcome], { fetch: async (event) => held.then(() => event) });
  await stage.post({ commands: [execute()] });
  await stage.engine.scheduler.ringDue();
  const next = new SourceStage(stage.engine, {}, [welcome]);
  t.strictSame(await next.said(), ["received"]);
  await stage.engine.store.takeOver();
  await next.sweep.run();
  await next.work();
  t.strictSame(await next.said(), ["processed"]);
  const halted = stage.intake.halt();
  release();
  await halted;
  t.equal(stage.engine.channel.messages.length, 1, "the lost claim changed nothing");
});

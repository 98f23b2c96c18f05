import { test } from "tap";
import type { BookingReading } from "../../../core/contracts/connector.js";
import { PlatformAway } from "../../../core/contracts/errors.js";
import type { Command } from "../../../core/contracts/plugin.js";
import { organization } from "./engine.js";
import { sequenceOf, step } from "./sequence.js";
import { booking, execute, SourceStage, type Behaviour } from "./source-stage.js";

const hour = 3_600_000;
const day = 24 * hour;
const welcome = sequenceOf([step.email("hello"), step.wait("pause", 30 * day), step.email("again")]);
const reading = (change: Partial<BookingReading>) =>
  (booking(change) as Extract<Command, { do: "entity" }>).reading as BookingReading;

/** A source whose bookings start their sequence when they have ended. */
function start(t: Parameters<typeof SourceStage.start>[0], behaviour: Behaviour = {}): Promise<SourceStage> {
  return SourceStage.start(t, [welcome], {
    translate: ({ type, payload }) => {
      const said = (payload as unknown as { commands?: Command[] }).commands ?? [];
      const commands = type === "booking.ended" ? [execute({ rule: "ended", entity: "booking:1" })] : said;
      return { commands, reason: commands.length > 0 ? null : "no_rule", notes: [] };
    },
    ...behaviour,
  });
}

/** Moves on to `at` and has done what is due. */
async function goOn(stage: SourceStage, at: number): Promise<void> {
  stage.engine.clock.advance(at - stage.engine.clock.now());
  await stage.work();
}
const ends = async (stage: SourceStage) => (await stage.events()).filter(({ type }) => type === "booking.ended");

test("a moved booking's end is told at the new end only, once", async (t) => {
  const stage = await start(t);
  const begin = stage.engine.clock.now();
  await stage.take({ commands: [booking({ endsAt: begin + hour }, hour)] });
  await stage.take({ commands: [booking({ endsAt: begin + day }, hour)] });
  await goOn(stage, begin + 3 * hour);
  t.same(await ends(stage), [], "the old time has passed");
  await goOn(stage, begin + day + hour - 1);
  t.same(await ends(stage), []);
  await goOn(stage, begin + day + hour);
  await goOn(stage, begin + 2 * day);
  t.match(await ends(stage), [
    { status: "processed", deliveryId: `ended:booking:1:${begin + day}`, occurredAt: begin + day },
  ]);
  t.equal(stage.engine.channel.messages.length, 1);
});

test("a cancelled booking's end is never told", async (t) => {
  const stage = await start(t);
  const begin = stage.engine.clock.now();
  await stage.take({ commands: [booking({ endsAt: begin + hour })] });
  await stage.take({ commands: [booking({ status: "cancelled" })] });
  await goOn(stage, begin + day);
  t.same(await ends(stage), []);
});

test("a platform that says the booking is over ends what it started", async (t) => {
  for (const status of ["cancelled", "noShow"] as const) {
    const stage = await start(t, { again: (known) => Promise.resolve({ ...known, status }) });
    const begin = stage.engine.clock.now();
    await stage.take({ commands: [booking({ endsAt: begin + hour }), execute({ entity: "booking:1" })] });
    await goOn(stage, begin + hour);
    const [end] = await ends(stage);
    t.match(end, { status: "processed", reason: "stale", notes: [`The platform says that the booking is ${status}`] });
    t.match(await stage.engine.store.inbox.entity(organization, "shop", "booking:1"), { status, endedDueAt: null });
    const { items } = await stage.engine.store.sendings.list(organization, {}, { page: 1, limit: 9 }, 0);
    t.match(items, [{ state: "cancelled" }]);
  }
});

test("a platform that says the booking was moved has its end told later, with the same delay", async (t) => {
  let endsAt = 0;
  const stage = await start(t, { again: () => Promise.resolve(reading({ endsAt })) });
  const begin = stage.engine.clock.now();
  endsAt = begin + day;
  await stage.take({ commands: [booking({ endsAt: begin + hour }, hour)] });
  await goOn(stage, begin + 2 * hour);
  t.match(await ends(stage), [{ status: "ignored", reason: "stale" }]);
  t.equal(stage.engine.channel.messages.length, 0);
  await goOn(stage, begin + day + hour);
  t.match(await ends(stage), [{ status: "ignored" }, { status: "processed" }]);
  t.equal(stage.engine.channel.messages.length, 1);
});

test("a platform that is away when a booking ends is asked again", async (t) => {
  let answers = 0;
  const again = (known: BookingReading) =>
    answers++ === 0 ? Promise.reject(new PlatformAway("away", null)) : Promise.resolve(known);
  const stage = await start(t, { again });
  const begin = stage.engine.clock.now();
  await stage.take({ commands: [booking({ endsAt: begin + hour })] });
  await goOn(stage, begin + hour);
  t.match(await ends(stage), [{ status: "received", reason: "fetch_failed" }]);
  await goOn(stage, begin + hour + 2_000);
  t.match(await ends(stage), [{ status: "processed" }]);
});

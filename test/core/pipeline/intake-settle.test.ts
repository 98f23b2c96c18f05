import { test } from "tap";
import { StoreUnavailable } from "../../../core/contracts/errors.js";
import type { Store } from "../../../core/contracts/store.js";
import type { SqliteStore } from "../../../core/stores/sqlite/sqlite-store.js";
import { organization } from "./engine.js";
import { sequenceOf, step } from "./sequence.js";
import { booking, execute, SourceStage } from "./source-stage.js";

const day = 86_400_000;
const welcome = sequenceOf([step.email("hello"), step.wait("pause", 30 * day), step.email("again")]);

/** The store, whose `settle` does something else as long as `instead` gives it. */
function between(instead: () => Error | undefined) {
  return (store: SqliteStore): Store => {
    const inbox: Store["inbox"] = {
      ...store.inbox,
      settle: (result, now) => {
        const error = instead();
        return error ? Promise.reject(error) : store.inbox.settle(result, now);
      },
    };
    return new Proxy<Store>(store, {
      get: (target, name): unknown => (name === "inbox" ? inbox : Reflect.get(target, name)),
    });
  };
}

/** Lets what is ready go on until the condition holds. */
async function until(holds: () => boolean): Promise<void> {
  for (let turn = 0; turn < 1_000; turn++) {
    if (holds()) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error("It never came to that");
}

test("a store that is away when an event is to be settled is waited for, and the platform is not asked again", async (t) => {
  const errors = [new StoreUnavailable("locked")];
  let asked = 0;
  const fetch = <T>(event: T) => Promise.resolve((asked++, event));
  const stage = await SourceStage.start(t, [welcome], { fetch }, { between: between(() => errors.shift()) });
  await stage.post({ id: "1", commands: [execute()] });
  const { clock, scheduler, channel } = stage.engine;
  await scheduler.ringDue();
  await until(() => clock.waiting === 1);
  clock.advance(1_000);
  await stage.work();
  t.same(await stage.said(), ["processed"]);
  t.same([asked, channel.messages.length], [1, 1]);
});

test("what cannot be settled for another reason is logged, and taken up again when its lease has lapsed", async (t) => {
  const errors = [new Error("disk")];
  const stage = await SourceStage.start(t, [welcome], {}, { between: between(() => errors.shift()) });
  await stage.take({ id: "1", commands: [execute()] });
  t.same(await stage.said(), ["received"]);
  t.match(stage.engine.log.lines, [{ level: "error", message: "an event could not be settled" }]);
  stage.engine.clock.advance(119_999);
  await stage.work();
  t.same(await stage.said(), ["received"]);
  stage.engine.clock.advance(1);
  await stage.work();
  t.same(await stage.said(), ["processed"]);
});

test("a process that dies between the claim and the settling leaves its event to the next one, once", async (t) => {
  const stage = await SourceStage.start(t, [welcome]);
  await stage.post({ id: "1", commands: [execute()] });
  const now = stage.engine.clock.now();
  const claimed = await stage.engine.store.inbox.claimDue("shop", now, now + 120_000, 9);
  t.equal(claimed.length, 1);
  await stage.work();
  t.same(await stage.said(), ["received"], "it is leased");
  await stage.engine.store.takeOver();
  await stage.sweep.run();
  await stage.work();
  t.same(await stage.said(), ["processed"]);
  t.equal(stage.engine.channel.messages.length, 1);
});

test("a stop lets what is under way end, and takes nothing new", async (t) => {
  let answer = (): void => undefined;
  const hanging = new Promise<void>((resolve) => (answer = resolve));
  const stage = await SourceStage.start(t, [welcome], { fetch: (event) => hanging.then(() => event) });
  await stage.post({ id: "1", commands: [execute()] });
  await stage.engine.scheduler.ringDue();
  let isHalted = false;
  const halted = stage.intake.halt().then(() => (isHalted = true));
  await stage.post({ id: "2", commands: [execute({ rule: "b" })] });
  await stage.intake.run("shop");
  t.equal(isHalted, false);
  answer();
  await halted;
  t.same(await stage.said(), ["processed", "received"]);
});

test("a stop does not wait for a store that is away", async (t) => {
  const stage = await SourceStage.start(t, [welcome], {}, { between: between(() => new StoreUnavailable("away")) });
  await stage.post({ id: "1", commands: [execute()] });
  const { clock, scheduler } = stage.engine;
  await scheduler.ringDue();
  await until(() => clock.waiting === 1);
  const halted = stage.intake.halt();
  clock.advance(1_000);
  await halted;
  t.same(await stage.said(), ["received"]);
});

test("nothing is taken of a source that is not there or paused", async (t) => {
  const stage = await SourceStage.start(t, [welcome], { status: "paused" });
  await stage.post({ id: "1", commands: [execute()] });
  t.equal(await stage.intake.run("shop"), undefined);
  t.equal(await stage.intake.run("unknown"), undefined);
  t.same(await stage.said(), ["received"]);
});

test("a sequence leaves at an event of its own entity, and others stay", async (t) => {
  const other = sequenceOf(welcome.steps.slice(), { key: "other", id: "5e900000-0000-7000-8000-000000000007" });
  const exits = { "booking.moved": [welcome.id] };
  const stage = await SourceStage.start(t, [welcome, other], { exits });
  const start = (id: string) => [
    booking({ id }),
    execute({ entity: `booking:${id}` }),
    execute({ entity: `booking:${id}`, sequence: "other", rule: "on[1]" }),
  ];
  await stage.take({ commands: start("1") }, { commands: start("2") });
  await stage.take({ words: ["booking.moved"], commands: [booking()] });
  const { items } = await stage.engine.store.sendings.list(organization, {}, { page: 1, limit: 9 }, 0);
  const ended = items.filter(({ state }) => state === "cancelled");
  t.match(ended, [{ sequenceId: welcome.id, entity: "booking:1", reason: "by_entity" }]);
  t.same([items.length, ended.length], [4, 1]);
  t.equal((await stage.said())[2], "processed");
});

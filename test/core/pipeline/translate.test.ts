import { test } from "tap";
import { Gone, PlatformAway, PlatformRefused, StoreUnavailable } from "../../../core/contracts/errors.js";
import { sequenceOf, step } from "./sequence.js";
import { execute, SourceStage } from "./source-stage.js";

const day = 86_400_000;
const welcome = sequenceOf([step.email("hello"), step.wait("pause", 30 * day), step.email("again")]);

test("an event that cannot be completed is gone, or a dead letter with a plain reason", async (t) => {
  const answers = [
    new Gone("The platform does not have it"),
    new PlatformRefused("refuses our credentials: look at api"),
  ];
  const stage = await SourceStage.start(t, [welcome], { fetch: () => Promise.reject(answers.shift()!) });
  await stage.take({ id: "1", commands: [execute()] });
  await stage.take({ id: "2", commands: [execute()] });
  t.same(await stage.said(), ["ignored gone", "dead fetch_failed"]);
  t.same(
    (await stage.events()).map(({ notes }) => notes),
    [["The platform does not have it"], ["refuses our credentials: look at api"]],
  );
  t.equal(stage.engine.channel.messages.length, 0);
});

test("the first retry comes within two seconds, and Retry-After is kept", async (t) => {
  let asked = 0;
  const stage: SourceStage = await SourceStage.start(t, [welcome], {
    fetch: (event) => {
      asked += 1;
      if (asked === 1) return Promise.reject(new PlatformAway("503", null));
      if (asked === 2) return Promise.reject(new PlatformAway("429", stage.engine.clock.now() + 600_000));
      return Promise.resolve(event);
    },
  });
  const begin = stage.engine.clock.now();
  const [waiting] = await stage.take({ commands: [execute()] });
  t.match(waiting, { status: "received", reason: "fetch_failed", failures: 1 });
  t.ok((waiting?.dueAt ?? 0) > begin && (waiting?.dueAt ?? 0) <= begin + 2_000);
  stage.engine.clock.advance(2_000);
  await stage.work();
  t.match(await stage.events(), [{ failures: 2, dueAt: begin + 602_000 }]);
  stage.engine.clock.advance(599_999);
  await stage.work();
  t.equal(asked, 2);
  stage.engine.clock.advance(1);
  await stage.work();
  t.equal(asked, 3);
  t.same(await stage.said(), ["processed"]);
});

test("a platform that stays away is given up after twenty failures", async (t) => {
  let asked = 0;
  const stage = await SourceStage.start(t, [welcome], {
    fetch: () => Promise.reject(new PlatformAway(`no answer ${++asked}`, null)),
  });
  await stage.take({ commands: [execute()] });
  for (let n = 0; n < 18; n++) {
    stage.engine.clock.advance(900_000);
    await stage.work();
  }
  t.same([asked, ...(await stage.said())], [19, "received fetch_failed"]);
  stage.engine.clock.advance(900_000);
  await stage.work();
  t.match(await stage.events(), [{ status: "dead", reason: "fetch_failed", notes: ["no answer 20"], dueAt: null }]);
  stage.engine.clock.advance(day);
  await stage.work();
  t.equal(asked, 20);
});

test("a call that hangs holds up nobody else", async (t) => {
  let answer = (): void => undefined;
  const hanging = new Promise<void>((resolve) => (answer = resolve));
  const stage = await SourceStage.start(t, [welcome], {
    fetch: (event) => (event.id === "slow" ? hanging.then(() => event) : Promise.resolve(event)),
  });
  const of = (email: string) => [execute({ contact: { email }, entity: email })];
  await stage.post({ id: "slow", commands: of("slow@x.example") });
  await stage.post({ id: "quick", commands: of("quick@x.example") });
  await stage.engine.scheduler.ringDue();
  const quick = (await stage.events()).find(({ deliveryId }) => deliveryId === "quick")!;
  await stage.intake.ended(quick);
  await stage.engine.scheduler.ringDue();
  t.same(await stage.said(), ["received", "processed"]);
  t.same(
    stage.engine.channel.messages.map(({ to }) => to.email),
    ["quick@x.example"],
  );
  answer();
  await stage.work();
  t.same(await stage.said(), ["processed", "processed"]);
});

test("of an event that is too old the cancellation is kept, and by hand it is never too old", async (t) => {
  const stage = await SourceStage.start(t, [welcome]);
  const occurredAt = stage.engine.clock.now() - 3 * day - 1;
  await stage.take({ id: "1", commands: [execute()] });
  const cancel = { do: "cancel", entity: "order:1", reason: "order.cancelled" } as const;
  await stage.take({ id: "2", occurredAt, commands: [cancel, execute({ rule: "on[1]" })] });
  const [, old] = await stage.events();
  t.match(old, { status: "processed", reason: "too_old", commands: [cancel], executionIds: [] });
  await stage.take({ id: "3", occurredAt: occurredAt + 1, commands: [execute({ rule: "on[2]" })] });
  t.equal((await stage.said())[2], "processed", "to the millisecond");
  t.match(await stage.replay.one("acme", old!.id, false), { status: "processed", reason: null, executionIds: [/./] });
  const came = await SourceStage.start(t, [welcome], { status: "paused" });
  await came.post({ commands: [execute()] });
  came.engine.clock.advance(4 * day);
  await came.desk.setStatus("acme", "shop", "running");
  await came.work();
  t.same(await came.said(), ["ignored too_old"], "without a time of the platform's it is as old as its delivery");
});

test("a plugin that throws leaves its event dead, without what it said, and a repair can be replayed", async (t) => {
  let broken = true;
  const stage = await SourceStage.start(t, [welcome], {
    translate: () => {
      if (broken) throw new RangeError("ann@x.example is bad");
      return { commands: [execute()], reason: null, notes: ["fine"] };
    },
  });
  const [event] = await stage.take({ id: "1" });
  t.match(event, {
    status: "dead",
    reason: "mapping_error",
    notes: ["The event could not be translated (RangeError)"],
  });
  t.ok(stage.engine.log.lines.some(({ message }) => message === "an event could not be translated"));
  broken = false;
  t.match(await stage.replay.one("acme", event!.id, false), { status: "processed", before: [], changed: true });
  await stage.work();
  t.equal(stage.engine.channel.messages.length, 1);
});

test("a store that is away is no fault of the event: it is worked on when its lease has lapsed", async (t) => {
  let away = true;
  const stage = await SourceStage.start(t, [welcome], {
    translate: () => {
      if (away) throw new StoreUnavailable("locked");
      return { commands: [execute()], reason: null, notes: [] };
    },
  });
  await stage.take({ id: "1" });
  t.match(await stage.events(), [{ status: "received", failures: 0 }]);
  away = false;
  stage.engine.clock.advance(120_000);
  await stage.work();
  t.same(await stage.said(), ["processed"]);
});

test("what was kept is read as one event, or is dead", async (t) => {
  const stage = await SourceStage.start(t, [welcome]);
  await stage.post({ id: "1", commands: [execute()] });
  stage.source.connector.receive = () => [];
  await stage.work();
  t.match(await stage.events(), [{ status: "dead", reason: "mapping_error" }]);
});

test("a connector that stumbles over what it kept leaves its event dead", async (t) => {
  const stage = await SourceStage.start(t, [welcome]);
  stage.source.connector.reading = () => {
    throw new TypeError("ann@x.example is undefined");
  };
  await stage.take({ id: "1", commands: [execute()] });
  t.match(await stage.events(), [{ status: "dead", notes: ["The event could not be translated (TypeError)"] }]);
  stage.source.connector.receive = () => {
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- a connector from elsewhere may
    throw "ann@x.example";
  };
  const [event] = await stage.events();
  const again = await stage.replay.one("acme", event!.id, true);
  t.match(again, { status: "dead", reason: "mapping_error", commands: [] });
});

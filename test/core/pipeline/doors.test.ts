import "reflect-metadata";
import { test } from "tap";
import { Doors } from "../../../core/pipeline/doors.js";
import { FakeClock } from "../../fakes/clock.js";
import { engineOf } from "./engine.js";
import { sequenceOf, step } from "./sequence.js";
import { execute, SourceStage } from "./source-stage.js";

/** Eight who knock and are not answered until the test ends. */
function crowd(t: { teardown(end: () => void): void }, doors: Doors): () => void {
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  for (let one = 0; one < 8; one++) void doors.answer(() => held);
  t.teardown(release);
  return release;
}

test("while there is a crowd, an event is worked on for sixteen requests", async (t) => {
  const clock = new FakeClock();
  const doors = new Doors(clock);
  for (let one = 0; one < 9; one++) await doors.answer(() => Promise.resolve());
  t.equal(doors.room, Infinity, "those who are answered are no crowd");
  doors.took(64);
  const release = crowd(t, doors);
  t.equal(doors.room, 0);
  for (let one = 0; one < 31; one++) await doors.answer(() => Promise.resolve());
  await t.rejects(doors.answer(() => Promise.reject(new Error("the store is away"))));
  t.equal(doors.room, 2, "also those who were not let in");
  doors.took(1);
  t.equal(doors.room, 1);
  doors.took(9);
  t.equal(doors.room, 0);
  release();
  await turn();
  t.equal(doors.room, 0, "those who were answered together come back together");
  clock.advance(25);
  t.equal(doors.room, Infinity);
});

test("an event waits for the crowd to be answered, and not longer than twenty seconds", async (t) => {
  const stage = await SourceStage.start(t, [sequenceOf([step.email("hello")])]);
  const { clock } = stage.engine;
  const release = crowd(t, stage.doors);
  for (const id of ["1", "2", "3", "4"]) await stage.post({ id, commands: [execute({ entity: id })] });
  for (let one = 0; one < 12; one++) await stage.doors.answer(() => Promise.resolve());
  const left = async (): Promise<number> => (await stage.said()).filter((said) => said === "received").length;
  const work = stage.intake.run("shop");
  for (let turns = 0; turns < 1_000 && (clock.waiting === 0 || (await left()) > 3); turns++) await turn();
  t.equal(await left(), 3, "one for sixteen");
  clock.advance(20_000);
  await work;
  release();
  await turn();
  clock.advance(25);
  await stage.work();
  t.equal(await left(), 0);
});

test("what is due waits for a crowd of callers, or for one about many people", async (t) => {
  const clock = new FakeClock();
  for (const [requests, people] of [
    [8, 1],
    [2, 100],
  ] as const) {
    const doors = new Doors(clock);
    const { letGo, answered } = knocking(doors, requests, people);
    const quiet = watched(doors.quiet(() => false));
    await pass(clock, 4_000);
    t.notOk(quiet.isOver);
    letGo();
    await answered;
    await pass(clock, 100);
    t.ok(quiet.isOver);
  }
  const doors = new Doors(clock);
  const { letGo } = knocking(doors, 7, 28);
  await doors.quiet(() => false);
  letGo();
});

test("a crowd that stays is waited for five seconds, and none by who is to stop", async (t) => {
  const clock = new FakeClock();
  const doors = new Doors(clock);
  const { letGo } = knocking(doors, 8, 1);
  t.teardown(letGo);
  let isOver = false;
  const stopped = watched(doors.quiet(() => isOver));
  const quiet = watched(doors.quiet(() => false));
  await pass(clock, 1_000);
  t.notOk(stopped.isOver);
  isOver = true;
  await pass(clock, 25);
  t.ok(stopped.isOver);
  t.notOk(quiet.isOver);
  await pass(clock, 4_000);
  t.ok(quiet.isOver);
  await doors.quiet(() => false);
});

test("a clock that is put back keeps nobody waiting", async (t) => {
  const clock = new FakeClock();
  const doors = new Doors(clock);
  const { letGo, answered } = knocking(doors, 8, 1);
  letGo();
  await answered;
  clock.advance(-60_000);
  await doors.quiet(() => false);
  t.equal(doors.room, Infinity);
});

test("letters wait until the callers are answered", async (t) => {
  const engine = await engineOf(t, sequenceOf([step.email("hello")]));
  const { letGo, answered } = knocking(engine.doors, 8, 1);
  const { executionId } = await engine.call(["ann@example.com"]);
  const work = watched(engine.advance.run(executionId));
  await pass(engine.clock, 1_000);
  t.equal(engine.channel.messages.length, 0);
  letGo();
  await answered;
  await pass(engine.clock, 50);
  await work.done;
  t.equal(engine.channel.messages.length, 1);
});

/** So many who knock, each about so many people, until `letGo`. */
function knocking(doors: Doors, requests: number, people: number) {
  let letGo = (): void => undefined;
  const held = new Promise<void>((resolve) => (letGo = resolve));
  const answered = Promise.all(Array.from({ length: requests }, () => doors.answer(() => held, people)));
  return { letGo, answered };
}

function watched(done: Promise<unknown>) {
  const state = { isOver: false, done };
  void done.then(() => (state.isOver = true));
  return state;
}

async function pass(clock: FakeClock, duration: number): Promise<void> {
  for (let passed = 0; passed < duration; passed += 25) {
    clock.advance(25);
    await turn();
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

import "reflect-metadata";
import { test } from "tap";
import { Doors } from "../../../core/pipeline/doors.js";
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

test("while there is a crowd, an event is worked on for three that are brought", async (t) => {
  const doors = new Doors();
  for (let one = 0; one < 9; one++) await doors.answer(() => Promise.resolve());
  t.equal(doors.room, Infinity, "those who are answered are no crowd");
  doors.took(64);
  const release = crowd(t, doors);
  t.equal(doors.room, 0);
  for (let one = 0; one < 5; one++) await doors.answer(() => Promise.resolve());
  await t.rejects(doors.answer(() => Promise.reject(new Error("the store is away"))));
  t.equal(doors.room, 2, "also those who were not let in");
  doors.took(1);
  t.equal(doors.room, 1);
  doors.took(9);
  t.equal(doors.room, 0);
  release();
  await new Promise((resolve) => setImmediate(resolve));
  t.equal(doors.room, Infinity);
});

test("an event waits for the crowd to be answered, and not longer than twenty seconds", async (t) => {
  const stage = await SourceStage.start(t, [sequenceOf([step.email("hello")])]);
  const { clock } = stage.engine;
  crowd(t, stage.doors);
  for (const id of ["1", "2", "3", "4"]) await stage.post({ id, commands: [execute({ entity: id })] });
  const left = async (): Promise<number> => (await stage.said()).filter((said) => said === "received").length;
  const work = stage.intake.run("shop");
  for (let turn = 0; turn < 1_000 && (clock.waiting === 0 || (await left()) > 3); turn++)
    await new Promise((resolve) => setImmediate(resolve));
  t.equal(await left(), 3, "one for three");
  clock.advance(20_000);
  await work;
  await stage.work();
  t.equal(await left(), 0);
});

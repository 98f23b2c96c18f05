import { test } from "tap";
import { organization } from "./engine.js";
import { sequenceOf, step } from "./sequence.js";
import { execute, SourceStage } from "./source-stage.js";

const welcome = sequenceOf([step.email("hello")]);

test("a dry run writes nothing and shows the difference of a changed mapping", async (t) => {
  let order = 1;
  const stage = await SourceStage.start(t, [welcome], {
    translate: () => ({ commands: [execute({ context: { order } })], reason: null, notes: [] }),
  });
  const [event] = await stage.take({ id: "1" });
  order = 2;
  const shown = await stage.replay.one(organization, event!.id, true);
  t.match(shown, { changed: true, before: [{ context: { order: 1 } }], commands: [{ context: { order: 2 } }] });
  t.notOk("replayId" in shown || "executionIds" in shown);
  t.same(await stage.events(), [event]);
});

test("replays never write to anybody twice, and a replay of a replay is one of the event", async (t) => {
  const stage = await SourceStage.start(t, [welcome]);
  const [event] = await stage.take({ id: "1", commands: [execute()] });
  const first = await stage.replay.one(organization, event!.id, false);
  const second = await stage.replay.one(organization, first.replayId!, false);
  t.match([first, second], [{ reason: "repeated" }, { reason: "repeated", eventId: first.replayId }]);
  await stage.work();
  t.same(
    (await stage.events()).map(({ replayOf }) => replayOf),
    [null, event!.id, event!.id],
  );
  t.equal(stage.engine.channel.messages.length, 1);
  t.match(await stage.replay.all(organization, {}, { dryRun: true }), { matched: 1, people: 1 });
});

test("more than a hundred people need their number, a hundred do not, and one person counts once", async (t) => {
  const stage = await SourceStage.start(t, [welcome], {
    translate: ({ id }) => {
      const to = (email: string) => execute({ entity: id, contact: { email } });
      return { commands: [to(`p${id}@x.example`), to(` P${id}@x.example`)], reason: null, notes: [] };
    },
    status: "paused",
  });
  for (let n = 0; n < 101; n++) await stage.post({ id: String(n) });
  const all = (confirm?: number) => stage.replay.all(organization, {}, { dryRun: false, confirm });
  await t.rejects(all(), { code: "CONFLICT", details: { people: 101 } });
  await t.rejects(all(100), { code: "CONFLICT" });
  t.equal((await stage.events()).filter(({ replayOf }) => replayOf !== null).length, 0, "nothing is done");
  t.match(await all(101), { matched: 101, people: 101 });
});

test("events of a source that is not there any more, or of another organization, are not replayed", async (t) => {
  const stage = await SourceStage.start(t, [welcome]);
  const [event] = await stage.take({ id: "1" });
  await t.rejects(stage.replay.one("stranger", event!.id, true), { code: "NOT_FOUND" });
  const row = { ...event!, id: "x", deliveryId: "x", source: "closed" };
  await stage.engine.store.inbox.accept([row]);
  await t.rejects(stage.replay.one(organization, "x", true), {
    code: "CONFLICT",
    message: /no source closed any more/,
  });
});

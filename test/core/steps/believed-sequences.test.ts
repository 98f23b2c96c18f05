import { test } from "tap";
import type { Sequence } from "../../../core/contracts/model.js";
import { believedSequences } from "../../../core/steps/believed-sequences.js";
import { openSqliteStore } from "../../../core/stores/sqlite/sqlite-store.js";
import { FakeClock } from "../../fakes/clock.js";

const definition = { purpose: "transactional" as const, reentry: null, steps: [] };
const id = "01990000-0000-7000-8000-000000000001";

test("a sequence is asked for a few times a second, whoever asks; one that is not there each time", async (t) => {
  const store = await openSqliteStore({ file: ":memory:" });
  t.teardown(() => store.close());
  const clock = new FakeClock();
  const asked: string[] = [];
  const sequences = believedSequences(
    {
      ...store.sequences,
      find: (organization, key) => (asked.push(key), store.sequences.find(organization, key)),
      byId: (key) => (asked.push(key), store.sequences.byId(key)),
    },
    clock,
  );
  const publish = (status: Sequence["status"]) =>
    sequences.publish("acme", [{ id, key: "welcome", name: "Welcome", status, definition }], clock.now());
  t.equal(await sequences.find("acme", "welcome"), undefined);
  await publish("active");
  t.equal((await sequences.find("acme", "welcome"))?.status, "active");
  t.equal((await sequences.byId(id))?.status, "active");
  await publish("paused");
  t.equal((await sequences.find("acme", "welcome"))?.status, "active", "believed");
  t.equal(await sequences.find("stranger", "welcome"), undefined, "of another organization");
  clock.advance(250);
  t.equal((await sequences.find("acme", "welcome"))?.status, "paused");
  t.equal((await sequences.byId(id))?.status, "paused");
  t.strictSame(asked, ["welcome", "welcome", id, "welcome", "welcome", id]);
});

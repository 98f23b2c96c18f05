import t from "tap";
import { systemIds } from "../../../core/system/ids.js";

t.test("ids are UUIDv7s of this moment", async (t) => {
  const before = Date.now();
  const id = systemIds.next();
  t.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  const time = parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
  t.ok(time >= before && time <= Date.now() + 1);
});

t.test("each is another, and later than the one before, also when thousands are made in a millisecond", async (t) => {
  const ids = Array.from({ length: 50_000 }, () => systemIds.next());
  t.same(ids, [...ids].sort());
  t.equal(new Set(ids).size, ids.length);
});

t.test("chance is in [0, 1)", async (t) => {
  const chances = Array.from({ length: 1_000 }, () => systemIds.chance());
  t.ok(chances.every((chance) => chance >= 0 && chance < 1));
  t.ok(new Set(chances).size > 900);
});

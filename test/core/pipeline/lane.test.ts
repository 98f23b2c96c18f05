import t from "tap";
import { Lane } from "../../../core/pipeline/lane.js";

t.test("grants what is free, at most what is wanted", async (t) => {
  const lane = new Lane(3);
  t.equal(await lane.take(2), 2);
  t.equal(await lane.take(5), 1);
});

t.test("waits for a place, first come first served", async (t) => {
  const lane = new Lane(1);
  await lane.take(1);
  const granted: string[] = [];
  const first = lane.take(1).then(() => granted.push("first"));
  const second = lane.take(1).then(() => granted.push("second"));
  t.same(granted, []);
  lane.give(1);
  await first;
  t.same(granted, ["first"]);
  lane.give(1);
  await second;
  t.same(granted, ["first", "second"]);
});

t.test("giving nothing back changes nothing", async (t) => {
  const lane = new Lane(1);
  lane.give(0);
  t.equal(await lane.take(9), 1);
});

t.test("who wants many waits for a quarter of all places; who wants few does not", async (t) => {
  const lane = new Lane(8);
  await lane.take(8);
  const granted: number[] = [];
  const many = lane.take(5).then((slots) => granted.push(slots));
  lane.give(1);
  await Promise.resolve();
  t.same(granted, []);
  lane.give(1);
  await many;
  t.same(granted, [2]);
  const few = lane.take(1).then((slots) => granted.push(slots));
  lane.give(1);
  await few;
  t.same(granted, [2, 1]);
});

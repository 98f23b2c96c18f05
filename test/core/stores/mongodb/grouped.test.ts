import { MongoNetworkError } from "mongodb";
import { test } from "tap";
import { grouped } from "../../../../core/stores/mongodb/grouped.js";

/** What was written together, and calls that wait until the first write is let go. */
function writer(fails: (items: readonly string[]) => Error | undefined) {
  const writes: string[][] = [];
  let letGo = (): void => undefined;
  const first = new Promise<void>((resolve) => (letGo = resolve));
  const write = grouped({ most: 3 }, async (items: readonly string[]) => {
    writes.push([...items]);
    if (writes.length === 1) await first;
    const cause = fails(items);
    if (cause) throw cause;
    return items.map((item) => item.toUpperCase());
  });
  return { writes, write, letGo };
}

test("calls that wait for a write share the next one, as far as they fit, and get answers of their own", async (t) => {
  const { writes, write, letGo } = writer(() => undefined);
  const answers = Promise.all(["a", "b", "c", "d", "e"].map(write));
  letGo();
  t.same(await answers, ["A", "B", "C", "D", "E"]);
  t.same(writes, [["a"], ["b", "c", "d"], ["e"]]);
  t.equal(await write("f"), "F");
});

test("what is wrong with one is told to its caller only", async (t) => {
  const { write, letGo } = writer((items) => (items.includes("c") ? new Error("No c") : undefined));
  const answers = Promise.allSettled(["a", "b", "c", "d"].map(write));
  letGo();
  t.same(
    (await answers).map((one) => (one.status === "fulfilled" ? one.value : (one.reason as Error).message)),
    ["A", "B", "No c", "D"],
  );
});

test("a database that is away is not asked for each of them", async (t) => {
  const { writes, write, letGo } = writer((items) => (items.length > 1 ? new MongoNetworkError("away") : undefined));
  const answers = Promise.allSettled(["a", "b", "c"].map(write));
  letGo();
  t.same(
    (await answers).map(({ status }) => status),
    ["fulfilled", "rejected", "rejected"],
  );
  t.equal(writes.length, 2);
});

test("calls of one turn share a write as far as their weight allows; a heavy one goes alone", async (t) => {
  const writes: string[][] = [];
  const write = grouped({ most: 5, together: true, weigh: (item: string) => item.length }, (items) => {
    writes.push([...items]);
    return Promise.resolve(items);
  });
  const items = ["aa", "bb", "much too heavy", "cc", "d"];
  t.same(await Promise.all(items.map(write)), items);
  t.same(writes, [["aa", "bb", "d"], ["much too heavy"], ["cc"]]);
});

test("only items of one kind share a write", async (t) => {
  const writes: string[][] = [];
  const write = grouped({ most: 5, together: true, kindOf: (item: string) => item[0] ?? "" }, (items) => {
    writes.push([...items]);
    return Promise.resolve(items);
  });
  const items = ["a1", "b1", "a2", "b2"];
  t.same(await Promise.all(items.map(write)), items);
  t.same(writes, [
    ["a1", "a2"],
    ["b1", "b2"],
  ]);
});

test("after a write of several the next one waits for as many, and for a while at most", async (t) => {
  const writes: string[][] = [];
  const gather = 200;
  const write = grouped({ most: 5, together: true, gather }, (items: readonly string[]) => {
    writes.push([...items]);
    return Promise.resolve(items);
  });
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  await write("alone");
  await Promise.all([write("a1"), write("b1")]);
  const [early, late] = [
    write("a2"),
    turn()
      .then(turn)
      .then(() => write("b2")),
  ];
  await Promise.all([early, late]);
  t.same(writes, [["alone"], ["a1", "b1"], ["a2", "b2"]], "the second of them was waited for");
  const from = performance.now();
  await write("a3");
  t.ok(performance.now() - from > gather / 2, "nobody else came");
  await write("a4");
  t.same(writes.slice(3), [["a3"], ["a4"]]);
});

import { MongoNetworkError } from "mongodb";
import { test } from "tap";
import { twice, writeGuarded, type Guarded } from "../../../../core/stores/mongodb/guarded-writes.js";

/** Work that fails as it is told, one after the other, and then answers. */
function failing(...causes: Error[]) {
  const left = [...causes];
  let tries = 0;
  const work = () => {
    tries += 1;
    const cause = left.shift();
    return cause ? Promise.reject(cause) : Promise.resolve({ matchedCount: 2 });
  };
  return { work, tries: () => tries };
}

const away = () => new MongoNetworkError("connection 1 to 127.0.0.1:1 closed");
const updates: Guarded<{ _id: string; b: number }>[] = [{ ids: ["a"], update: { $set: { b: 1 } } }];

test("a write is tried once more when the database was away, and no more than once", async (t) => {
  const once = failing(away());
  t.same(await twice(once.work), { matchedCount: 2 });
  t.equal(once.tries(), 2);
  const often = failing(away(), away(), away());
  await t.rejects(twice(often.work), { message: /closed/ });
  t.equal(often.tries(), 2);
});

test("a write that failed for itself is not tried again", async (t) => {
  const { work, tries } = failing(new Error("a defect"));
  await t.rejects(twice(work), { message: "a defect" });
  t.equal(tries(), 1);
});

test("in a transaction it is for the transaction to try again", async (t) => {
  const { work, tries } = failing(away());
  await t.rejects(writeGuarded({ bulkWrite: work } as never, updates, { session: {} as never }), { message: /closed/ });
  t.equal(tries(), 1);
});

test("nothing to write asks nothing", async (t) => {
  const { work, tries } = failing();
  t.equal(await writeGuarded({ bulkWrite: work } as never, []), 0);
  t.equal(await writeGuarded({ bulkWrite: work } as never, updates), 2);
  t.equal(tries(), 1);
});

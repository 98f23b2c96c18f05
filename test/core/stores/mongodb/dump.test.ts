import { test } from "tap";
import { kinds, type Move, type StoreDump } from "../../../../core/contracts/dump.js";
import { openDatabase } from "../../../../core/stores/mongodb/database.js";
import { openMongodbDump } from "../../../../core/stores/mongodb/dump.js";
import { openMongodbStore } from "../../../../core/stores/mongodb/mongodb-store.js";
import { placeOf } from "../../../../core/stores/mongodb/place.js";
import { dropDatabase, freshDatabase, withoutMongodb } from "../../../mongod/mongodb.js";
import { furnish } from "../../migrate/furnished.js";
import { contents, during, fileHome } from "../../migrate/stores.js";
import type { Ends } from "../sqlite/files.js";

const options = { skip: withoutMongodb };
const everything = { records: 1_000, bytes: 2 ** 24 };

function newDatabase(t: Ends): string {
  const url = freshDatabase();
  t.teardown(() => dropDatabase(url));
  return url;
}

/** A database with all that is in a furnished file, and the file. */
async function filled(t: Ends) {
  const home = await fileHome(t);
  await during(home.store(), furnish);
  const url = newDatabase(t);
  await during(home.dump(), (file) => during(openMongodbDump({ url }), (database) => copy(file, database)));
  return { home, url };
}

async function copy(source: StoreDump, target: StoreDump): Promise<void> {
  const move: Move = { id: "1", other: source.place, startedAt: 0, finishedAt: null, reached: {} };
  for (const kind of kinds) {
    const { records } = await source.read(kind, null, everything);
    await target.write(kind, records, move);
  }
  await target.mark("in", undefined);
}

test("what a file holds is read from the database as it was in the file", options, async (t) => {
  const { home, url } = await filled(t);
  const before = await during(home.dump(), contents);
  t.ok(Object.values(before).every((records) => records.length > 0));
  const there = await during(openMongodbDump({ url }), contents);
  for (const kind of kinds) t.same(there[kind], before[kind], kind);
  const other = await fileHome(t);
  await during(openMongodbDump({ url }), (database) => during(other.dump(), (file) => copy(database, file)));
  t.same(await during(other.dump(), contents), before);
});

test("a page that is written twice leaves what it left at first", options, async (t) => {
  const { home, url } = await filled(t);
  const before = await during(openMongodbDump({ url }), contents);
  await during(home.dump(), (file) => during(openMongodbDump({ url }), (database) => copy(file, database)));
  t.same(await during(openMongodbDump({ url }), contents), before);
});

test("pages of one record, of few bytes and of everything have the same records", options, async (t) => {
  const { url } = await filled(t);
  await during(openMongodbDump({ url }), async (dump) => {
    for (const kind of kinds) {
      const whole = await dump.read(kind, null, everything);
      t.equal(whole.next, null, kind);
      for (const limit of [
        { records: 1, bytes: 2 ** 20 },
        { records: 1_000, bytes: 1 },
      ]) {
        const found: unknown[] = [];
        let after: string | null = null;
        do {
          const { records, next }: Awaited<ReturnType<StoreDump["read"]>> = await dump.read(kind, after, limit);
          t.ok(records.length <= 1, kind);
          found.push(...records);
          after = next;
        } while (after !== null);
        t.same(found, whole.records, kind);
      }
    }
  });
});

test("sendings of a person who is gone know it", options, async (t) => {
  const { url } = await filled(t);
  const { contacts, sendings, close } = await openDatabase(url);
  const known = await contacts.distinct("_id");
  const without = await sendings.find({ contactId: { $nin: known } }).toArray();
  t.ok(without.length > 0 && without.every(({ gone }) => gone));
  t.equal(await sendings.countDocuments({ gone: true }), without.length);
  await close();
});

test("when all is cleared no collection has anything but the schema and marks", options, async (t) => {
  const { url } = await filled(t);
  const move: Move = { id: "1", other: "furrow.db", startedAt: 0, finishedAt: null, reached: {} };
  await during(openMongodbDump({ url }), async (dump) => {
    await dump.mark("in", move);
    await dump.clear();
    for (const kind of kinds) t.notOk(await dump.has(kind), kind);
    t.same(await dump.move("in"), move);
  });
  const { db, close } = await openDatabase(url);
  for (const { name } of await db.listCollections().toArray()) {
    if (name !== "moves" && name !== "schema") t.equal(await db.collection(name).countDocuments(), 0, name);
  }
  await close();
});

test("a database with a mark is opened by nobody else", options, async (t) => {
  const url = newDatabase(t);
  await during(openMongodbDump({ url }), async (dump) => {
    await dump.mark("in", { id: "1", other: "furrow.db", startedAt: 0, finishedAt: null, reached: {} });
    await t.rejects(openMongodbStore({ url }), {
      message: `${placeOf(url)} holds a part of furrow.db only, whose move began at 1970-01-01T00:00:00.000Z: run \`furrow migrate store --to …\` again on that one to finish it`,
    });
  });
});

test("an address is shown without user, password and options", async (t) => {
  t.equal(placeOf("mongodb://me:secret@one:1,two:2/mail?replicaSet=rs0"), "mongodb://one:1,two:2/mail");
  t.equal(placeOf("mongodb+srv://me:secret@cluster.example"), "mongodb+srv://cluster.example/furrow");
  t.equal(placeOf("mongodb://one/?w=1"), "mongodb://one/furrow");
});

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MongoClient, type Db } from "mongodb";
import { test } from "tap";
import { StoreUnavailable } from "../../../../core/contracts/errors.js";
import { all, organization, start, welcome } from "../../../../core/contracts/suites/store-stage.js";
import { databaseOf, unfit } from "../../../../core/stores/mongodb/connection.js";
import { migrate, migrations, type Migration } from "../../../../core/stores/mongodb/migrations.js";
import { openMongodbStore } from "../../../../core/stores/mongodb/mongodb-store.js";
import { freePort, Member } from "../../../mongod/member.js";
import { freshDatabase, withoutMongod, withoutMongodb } from "../../../mongod/mongodb.js";

const skip = withoutMongodb;

/** A database of its own, which goes with the test. */
async function freshDb(t: { teardown(handler: () => Promise<void>): void }): Promise<Db> {
  const client = await new MongoClient(freshDatabase()).connect();
  t.teardown(async () => {
    await client.db().dropDatabase();
    await client.close();
  });
  return client.db();
}

test("a server that cannot keep a store is refused with a sentence", async (t) => {
  t.equal(unfit({ setName: "furrow" }, "6.0.24"), undefined);
  t.equal(unfit({ setName: "furrow" }, "10.1.0"), undefined);
  t.equal(unfit({ msg: "isdbgrid" }, "8.0.0"), undefined);
  t.match(unfit({}, "7.0.0"), /standalone .* start it with --replSet and call rs.initiate\(\)/);
  t.match(unfit({ setName: "furrow" }, "5.0.9"), /is version 5.0.9: Furrow needs 6.0 or newer/);
});

test("a real standalone server is refused", { skip: withoutMongod }, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "furrow-standalone-"));
  const server = await Member.start(folder, { isAlone: true });
  t.teardown(async () => {
    await server.end();
    await rm(folder, { recursive: true });
  });
  await t.rejects(openMongodbStore({ url: `mongodb://${server.address}/furrow` }), /standalone one/);
});

test("an address that cannot be read is refused, without what is secret in it", async (t) => {
  const opened = openMongodbStore({ url: "mongodb://user:hidden@/furrow" });
  await t.rejects(opened, /^mongodb.url cannot be read: .* It looks like mongodb:\/\/host:27017/);
  await opened.catch((cause: unknown) => t.notMatch((cause as Error).message, /hidden/));
});

test("a server that is away is not waited for", async (t) => {
  const began = performance.now();
  await t.rejects(openMongodbStore({ url: `mongodb://127.0.0.1:${await freePort()}/furrow` }), StoreUnavailable);
  t.ok(performance.now() - began < 10_000, "within seconds");
});

test("the database is the one in the path, or furrow", async (t) => {
  t.equal(databaseOf("mongodb://host:27017/mails?replicaSet=rs"), "mails");
  t.equal(databaseOf("mongodb+srv://user:word@host/my%20mails"), "my mails");
  for (const url of ["mongodb://a:1,b:2/?replicaSet=rs", "mongodb://host/", "mongodb://host"]) {
    t.equal(databaseOf(url), "furrow", url);
  }
});

test("several nodes may open an empty database together, and all find one store", { skip }, async (t) => {
  const url = freshDatabase();
  const stores = await Promise.all(Array.from({ length: 4 }, () => openMongodbStore({ url })));
  t.teardown(async () => {
    await stores[0]?.database.db.dropDatabase();
    await Promise.all(stores.map((store) => store.close()));
  });
  const secrets = await Promise.all(stores.map((store) => store.secret("links")));
  t.equal(new Set(secrets.map((secret) => Buffer.from(secret).toString("hex"))).size, 1);
  t.equal(secrets[0]?.length, 32);
  await stores[0]?.sequences.publish(organization, [welcome], start);
  for (const store of stores) t.equal((await store.sequences.list(organization, all)).total, 1);
});

test("one that a newer program wrote is refused, and left as it is", { skip }, async (t) => {
  const url = freshDatabase();
  const store = await openMongodbStore({ url });
  const newer = migrations.length + 1;
  await store.database.db.collection("schema").updateOne({ _id: "store" as never }, { $set: { version: newer } });
  await store.close();
  await t.rejects(
    openMongodbStore({ url }),
    /was written by a newer Furrow .* start that version, or restore a backup/,
  );
  const client = new MongoClient(url);
  t.same(await client.db().collection("schema").find().toArray(), [{ _id: "store", version: newer }]);
  await client.db().dropDatabase();
  await client.close();
});

test("of nodes that start together one carries out each migration", { skip }, async (t) => {
  const db = await freshDb(t);
  const done: string[] = [];
  const step =
    (name: string): Migration =>
    async () => {
      done.push(`${name} begins`);
      await db.collection("work").insertOne({ name });
      done.push(`${name} ends`);
    };
  await Promise.all(Array.from({ length: 4 }, () => migrate(db, [step("first"), step("second")])));
  t.same(done, ["first begins", "first ends", "second begins", "second ends"]);
  await migrate(db, [step("first"), step("second"), step("third")]);
  t.same(done.slice(4), ["third begins", "third ends"]);
});

test("a migration that fails is begun again by the next start, and those before it are not", { skip }, async (t) => {
  const db = await freshDb(t);
  const done: number[] = [];
  const steps: Migration[] = [async () => void done.push(1), async () => Promise.reject(new Error("no room"))];
  await t.rejects(migrate(db, steps), /no room/);
  t.same(await db.collection("schema").find().toArray(), [{ _id: "store", version: 1 }]);
  steps[1] = async () => void done.push(2);
  await migrate(db, steps);
  t.same(done, [1, 2]);
});

test("what a node that died had in hand is taken up when its lease is over", { skip }, async (t) => {
  const db = await freshDb(t);
  const upgrade = { _id: "upgrade" as never, holder: "dead", until: Date.now() - 1 };
  await db.collection("schema").insertOne(upgrade);
  let count = 0;
  await migrate(db, [async () => void (count += 1)]);
  t.equal(count, 1);
  t.same(await db.collection("schema").find().toArray(), [{ _id: "store", version: 1 }]);
});

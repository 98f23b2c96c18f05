import { MongoClient } from "mongodb";
import { test } from "tap";
import { dropDatabase, freshDatabase, withoutMongodb } from "./mongodb.js";

test("the tests have a replica set, and each one a database of its own", { skip: withoutMongodb }, async (t) => {
  const url = freshDatabase();
  t.not(url, freshDatabase());
  const client = new MongoClient(url);
  t.teardown(() => client.close());
  t.ok((await client.db("admin").command({ hello: 1 }))["setName"]);
  const session = client.startSession();
  await session.withTransaction((inside) => client.db().collection("a").insertOne({ b: 1 }, { session: inside }));
  await session.endSession();
  t.equal(await client.db().collection("a").countDocuments(), 1);
  await dropDatabase(url);
  t.equal(await client.db().collection("a").countDocuments(), 0);
});

/**
 * `agenda-mongodb-main.js URL PROVIDER`: what one writes with Agenda alone on its own MongoDB backend: a job for each step of each person,
 * looked for again as soon as one ends, and the fastest HTTP client.
 */
import "../../../core/jobs/quiet.js";
import { MongoBackend } from "@agendajs/mongo-backend";
import { Agenda, type Job } from "agenda";
import { MongoClient } from "mongodb";
import { Pool } from "undici";
import { systemIds } from "../../../core/system/ids.js";
import { steps } from "../workspace.js";
import { post } from "./bare-client.js";
import { serveFront, type Person } from "./front.js";
import { mailBody } from "./mail-body.js";
import { OneRing } from "./one-ring.js";

interface Step {
  sendingId: string;
  email: string;
  index: number;
}

const name = "step";
const [url = "", provider = ""] = process.argv.slice(2);
const client = await new MongoClient(url, { writeConcern: { w: "majority" } }).connect();
const db = client.db();
const contacts = db.collection<{ _id: string; email: string }>("contacts");
const sendings = db.collection<{ _id: string; executionId: string; email: string; step: number }>("sendings");
await contacts.createIndexes([{ key: { email: 1 }, unique: true }]);
await sendings.createIndex({ executionId: 1 });
const pool = new Pool(provider, { connections: 16, pipelining: 1 });
const ring = new OneRing();
const agenda = new Agenda({
  backend: new MongoBackend({ mongo: db, ensureIndex: true }),
  notificationChannel: ring,
  processEvery: 1_000,
  maxConcurrency: Infinity,
  removeOnComplete: true,
});
agenda.define<Step>(name, run, { concurrency: 100, lockLimit: 100 });
// A lock is free again: without this Agenda would look for the next job a second later.
agenda.on("complete", () => void ring.publish({ jobName: name }));
agenda.on("fail", (error) => console.error(error));
agenda.on("error", (error) => console.error(error));
await agenda.start();
await serveFront(accept);

async function accept(people: Person[]): Promise<unknown> {
  const executionId = systemIds.next();
  const made = people.map(({ email }) => ({ _id: systemIds.next(), executionId, email, step: 0 }));
  await client.withSession((session) =>
    session.withTransaction(async () => {
      const upserts = people.map(({ email, firstName, lastName }) => ({
        updateOne: {
          filter: { email: { $eq: email } },
          update: { $set: { firstName, lastName }, $setOnInsert: { _id: systemIds.next() } },
          upsert: true,
        },
      }));
      await contacts.bulkWrite(upserts, { session, ordered: false });
      await sendings.insertMany(made, { session, ordered: false });
    }),
  );
  await Promise.all(made.map(({ _id, email }) => agenda.now<Step>(name, { sendingId: _id, email, index: 0 })));
  return made;
}

async function run({ attrs }: Job<Step>): Promise<void> {
  const { sendingId, email, index } = attrs.data;
  await post(pool, mailBody(sendingId, steps[index] ?? "", email));
  await sendings.updateOne({ _id: { $eq: sendingId } }, { $set: { step: index + 1 } });
  if (index + 1 < steps.length) await agenda.now<Step>(name, { sendingId, email, index: index + 1 });
}

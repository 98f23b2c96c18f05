/**
 * `agenda-main.js FILE PROVIDER`: what one writes with Agenda alone, as well tuned as it can be: a job for each step of each person, on the
 * same SQLite backend, with the same group commit, and the fastest HTTP client.
 */
import "../../../core/jobs/quiet.js";
import { Agenda, type Job } from "agenda";
import { Pool } from "undici";
import { Database } from "../../../core/stores/sqlite/database.js";
import { jobsSchema } from "../../../core/stores/sqlite/jobs-schema.js";
import { sqliteAgendaBackend } from "../../../core/stores/sqlite/jobs.js";
import { steps } from "../workspace.js";
import { acceptCall } from "./accepting.js";
import { post } from "./bare-client.js";
import { serveFront, type Person } from "./front.js";
import { mailBody } from "./mail-body.js";
import { OneRing } from "./one-ring.js";
import { tables } from "./tables.js";

interface Step {
  sendingId: string;
  email: string;
  index: number;
}

const name = "step";
const [file = "", provider = ""] = process.argv.slice(2);
const database = new Database(file);
database.run(tables);
database.run(jobsSchema);
const pool = new Pool(provider, { connections: 16, pipelining: 1 });
const ring = new OneRing();
const agenda = new Agenda({
  backend: sqliteAgendaBackend(database),
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
  const sendings = await database.write(() => acceptCall((sql) => database.statement(sql), people));
  await Promise.all(sendings.map(({ id, email }) => agenda.now<Step>(name, { sendingId: id, email, index: 0 })));
  return sendings;
}

async function run({ attrs }: Job<Step>): Promise<void> {
  const { sendingId, email, index } = attrs.data;
  await post(pool, mailBody(sendingId, steps[index] ?? "", email));
  const reach = "UPDATE sendings SET step = ? WHERE id = ?";
  await database.write(() => database.statement(reach).run(index + 1, sendingId));
  if (index + 1 < steps.length) await agenda.now<Step>(name, { sendingId, email, index: index + 1 });
}

import { freeDead } from "../../../../core/jobs/free-dead.js";
import { agendaScheduler } from "../../../../core/jobs/agenda-scheduler.js";
import { openDatabase } from "../../../../core/stores/mongodb/database.js";
import { mongodbAgendaBackend } from "../../../../core/stores/mongodb/jobs.js";
import { openNodes } from "../../../../core/stores/mongodb/nodes.js";
import { keptLog } from "./cluster.js";

// A node of a cluster in a process of its own: `node-process URL NAME LEASE HOLD`. Says what it does in lines; a run takes HOLD milliseconds.
const [, , url = "", name = "", lease = "", hold = ""] = process.argv;
const say = (...words: unknown[]): void => void process.stdout.write(`${words.join(" ")}\n`);
const log = keptLog((line) => say("log", line.message));
const database = await openDatabase(url);
const backend = mongodbAgendaBackend(database);
const nodes = openNodes(database, {
  ...{ name, role: "all", version: "test", lease: Number(lease), log },
  async died(id) {
    await freeDead(backend.alarms, id, Date.now(), (held) =>
      Promise.resolve(say("took", ...held.map((one) => one.id))),
    );
  },
  replaced: ({ message }) => say("replaced", message),
});
const scheduler = agendaScheduler({ backend, name: nodes.id, log, alone: false, processEvery: 1_000 });
const run = async (id: string): Promise<undefined> => {
  say("run", id);
  await new Promise((resolve) => setTimeout(resolve, Number(hold)));
  say("ran", id);
  return undefined;
};
scheduler.define("job", { run }, { concurrency: 4 });
await nodes.join();
await scheduler.start();
say("ready");
process.on("SIGTERM", () => {
  void scheduler
    .stop(5_000)
    .then(() => nodes.leave())
    .then(() => database.close())
    .then(() => process.exit(0));
});

import { hostname } from "node:os";
import type { ClusterConfig } from "../config/server-config.js";
import type { Log } from "../contracts/log.js";
import type { Duration } from "../contracts/model.js";
import { agendaScheduler } from "../jobs/agenda-scheduler.js";
import { freeDead } from "../jobs/free-dead.js";
import { openDatabaseClock } from "../stores/mongodb/database-clock.js";
import { mongodbAgendaBackend } from "../stores/mongodb/jobs.js";
import { openMongodbStore, type MongodbStore } from "../stores/mongodb/mongodb-store.js";
import { openNodes } from "../stores/mongodb/nodes.js";
import { mongodbRateLimit } from "../stores/mongodb/rate-limits.js";
import { systemClock } from "../system/clock.js";
import type { Foundation, Standing, TakeUp } from "./foundation.js";

/** Alarms that others set are heard. One that was missed is found this soon. */
const lookEvery: Duration = 2_000;

/** One of several processes over a MongoDB replica set. */
export async function clusterFoundation(config: ClusterConfig, standing: Standing, log: Log): Promise<Foundation> {
  const store = await openMongodbStore({ url: config.mongodb.url });
  try {
    return await foundationOn(store, config.node, standing, log);
  } catch (cause) {
    await store.close();
    throw cause;
  }
}

async function foundationOn(
  store: MongodbStore,
  node: ClusterConfig["node"],
  standing: Standing,
  log: Log,
): Promise<Foundation> {
  const { database } = store;
  const clock = await openDatabaseClock(database.db, { clock: systemClock, log });
  const backend = mongodbAgendaBackend(database);
  const { promise: lost, resolve: replaced } = Promise.withResolvers<Error>();
  let takeUp: TakeUp = () => Promise.resolve();
  const nodes = openNodes(database, {
    ...standing,
    // Several on one machine need names of their own, and whoever wants them to be stable gives them.
    name: node.name ?? `${hostname()}-${process.pid}`,
    lease: node.lease,
    log,
    async died(holder) {
      await freeDead(backend.alarms, holder, clock.now(), (jobs) => takeUp(jobs));
    },
    replaced,
  });
  const scheduler = agendaScheduler({
    backend,
    name: nodes.id,
    log,
    alone: false,
    processEvery: lookEvery,
    // Whoever finds a node dead takes up its work first. Only when nobody does, its locks lapse.
    lockLifetime: 2 * node.lease,
    turn: () => nodes.turn(),
    now: () => clock.now(),
  });
  return {
    store,
    scheduler,
    clock,
    alone: false,
    countTogether: (limits, local) => mongodbRateLimit(database, { limits, local, log }),
    async join(told) {
      takeUp = told;
      clock.watch();
      await nodes.join();
    },
    lost,
    leave: () => nodes.leave(),
    async close() {
      clock.stop();
      await store.close();
    },
  };
}

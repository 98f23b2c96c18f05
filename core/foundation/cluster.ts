import { hostname } from "node:os";
import type { ClusterConfig } from "../config/server-config.js";
import type { Log } from "../contracts/log.js";
import { agendaScheduler } from "../jobs/agenda-scheduler.js";
import { mongodbAgendaBackend } from "../stores/mongodb/jobs.js";
import { openMongodbStore } from "../stores/mongodb/mongodb-store.js";
import { systemClock } from "../system/clock.js";
import type { Foundation } from "./foundation.js";

/** One of several processes over a MongoDB replica set. */
export async function clusterFoundation({ mongodb, node }: ClusterConfig, log: Log): Promise<Foundation> {
  const store = await openMongodbStore({ url: mongodb.url });
  const scheduler = agendaScheduler({
    backend: mongodbAgendaBackend(store.database),
    name: node.name ?? hostname(),
    log,
    alone: false,
    processEvery: 2_000,
    lockLifetime: node.lease,
  });
  return {
    store,
    scheduler,
    clock: systemClock,
    alone: false,
    join: () => Promise.resolve(),
    lost: new Promise(() => undefined),
    leave: () => Promise.resolve(),
    close: () => store.close(),
  };
}

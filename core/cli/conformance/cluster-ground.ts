import type { ClusterConfig } from "../../config/server-config.js";
import type { Scheduler } from "../../contracts/scheduler.js";
import { agendaScheduler } from "../../jobs/agenda-scheduler.js";
import { openDatabase } from "../../stores/mongodb/database.js";
import { openScratch } from "../../stores/mongodb/scratch.js";
import { mongodbAgendaBackend } from "../../stores/mongodb/jobs.js";
import { openMongodbStore } from "../../stores/mongodb/mongodb-store.js";
import type { Parts } from "../parts.js";
import type { Ground } from "./ground.js";
import { quietLog } from "./quiet-log.js";
import { suiteServers } from "./servers.js";

/** A database beside the configured one, on the same servers, which is emptied before each subject. */
export async function clusterGround(config: ClusterConfig, name: string, parts: Parts): Promise<Ground> {
  const scratch = await openScratch(config.mongodb.url, name);
  const { url, place } = scratch;
  return {
    place,
    isShared: true,
    async store() {
      await scratch.empty();
      const subject = await openMongodbStore({ url });
      return { subject, close: () => subject.close() };
    },
    async schedulers() {
      await scratch.empty();
      let database = await openDatabase(url);
      const opened: Scheduler[] = [];
      let named = 0;
      const end = async (): Promise<void> => {
        for (const scheduler of opened.splice(0)) await scheduler.stop(0);
        await database.close();
      };
      return {
        subject: {
          open(options = {}) {
            const backend = mongodbAgendaBackend(database);
            // A scheduler is known by its name: its locks are told from those of the others by it.
            const scheduler = agendaScheduler({
              backend,
              name: `conformance-${++named}`,
              log: quietLog,
              alone: false,
              ...options,
            });
            opened.push(scheduler);
            return scheduler;
          },
          async reopen() {
            await end();
            database = await openDatabase(url);
          },
        },
        close: end,
      };
    },
    async servers() {
      await scratch.empty();
      return suiteServers({ ...config, mongodb: { url } }, parts, quietLog);
    },
    remove: () => scratch.remove(),
  };
}

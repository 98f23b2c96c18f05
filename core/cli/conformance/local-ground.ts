import { mkdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { LocalConfig } from "../../config/server-config.js";
import type { Scheduler } from "../../contracts/scheduler.js";
import { agendaScheduler } from "../../jobs/agenda-scheduler.js";
import { openFile } from "../../stores/sqlite/file.js";
import { sqliteAgendaBackend } from "../../stores/sqlite/jobs.js";
import { openSqliteStore } from "../../stores/sqlite/sqlite-store.js";
import type { Parts } from "../parts.js";
import type { Ground } from "./ground.js";
import { quietLog } from "./quiet-log.js";
import { suiteServers } from "./servers.js";

/** A folder beside the database file, so that the suites meet the same disk; each subject has a file of its own. */
export async function localGround(config: LocalConfig, name: string, parts: Parts): Promise<Ground> {
  const place = join(dirname(config.sqlite.file), `furrow_conformance_${name}`);
  await mkdir(place, { recursive: true, mode: 0o700 });
  let files = 0;
  const newFile = (): string => join(place, `${++files}.db`);
  return {
    place,
    isShared: false,
    async store() {
      const subject = await openSqliteStore({ file: newFile() });
      return { subject, close: () => subject.close() };
    },
    async schedulers() {
      const file = newFile();
      await (await openSqliteStore({ file })).close();
      let named = 0;
      const opened: { scheduler: Scheduler; close(): void }[] = [];
      const end = async (): Promise<void> => {
        for (const { scheduler, close } of opened.splice(0)) {
          await scheduler.stop(0);
          close();
        }
      };
      return {
        subject: {
          open(options = {}) {
            const database = openFile(file, {});
            const backend = sqliteAgendaBackend(database);
            const scheduler = agendaScheduler({
              backend,
              name: `conformance-${++named}`,
              log: quietLog,
              alone: false,
              ...options,
            });
            opened.push({ scheduler, close: () => database.close() });
            return scheduler;
          },
          reopen: end,
        },
        close: end,
      };
    },
    servers: () => suiteServers({ ...config, sqlite: { file: newFile() } }, parts, quietLog),
    remove: () => rm(place, { recursive: true, force: true }),
  };
}

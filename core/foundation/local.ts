import { hostname } from "node:os";
import type { LocalConfig } from "../config/server-config.js";
import type { Log } from "../contracts/log.js";
import { agendaScheduler } from "../jobs/agenda-scheduler.js";
import { sqliteAgendaBackend } from "../stores/sqlite/jobs.js";
import { openSqliteStore } from "../stores/sqlite/sqlite-store.js";
import { systemClock } from "../system/clock.js";
import type { Foundation } from "./foundation.js";

/** One process with its SQLite file. That it is the only server of the file is for whoever starts it to make sure. */
export async function localFoundation({ sqlite, node }: LocalConfig, log: Log): Promise<Foundation> {
  const store = await openSqliteStore({ file: sqlite.file });
  const scheduler = agendaScheduler({
    backend: sqliteAgendaBackend(store.database),
    name: node.name ?? hostname(),
    log,
    alone: true,
  });
  return {
    store,
    scheduler,
    clock: systemClock,
    alone: true,
    join: () => Promise.resolve(),
    lost: new Promise(() => undefined),
    leave: () => Promise.resolve(),
    close: () => store.close(),
  };
}

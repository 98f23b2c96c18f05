import type { AlarmBackend } from "../../jobs/backend.js";
import type { Database } from "./database.js";
import { jobAlarms } from "./jobs-alarms.js";
import { jobClaims } from "./jobs-claims.js";
import { jobQueries } from "./jobs-queries.js";
import { jobSaves } from "./jobs-saves.js";

/** Agenda's jobs in the table `jobs` of a database that somebody else opens and closes. */
export function sqliteAgendaBackend(database: Database): AlarmBackend {
  const { repository, lot } = jobClaims(database);
  const nothing = (): Promise<void> => Promise.resolve();
  return {
    name: "SQLite",
    ownsConnection: false,
    connect: nothing,
    disconnect: nothing,
    repository: { connect: nothing, ...jobQueries(database), ...jobSaves(database), ...repository },
    alarms: jobAlarms(database),
    lot,
  };
}

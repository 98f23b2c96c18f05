import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { lockProcess, type ProcessLock } from "../stores/sqlite/process-lock.js";

/** How other commands reach the server of a database: where it listens, and a key that holds every scope until it stops. */
export interface ServerFile {
  url: string;
  token: string;
  pid: number;
  startedAt: string;
}

/** A command that looks for the server holds the lock for an instant; a start waits that long for it, in milliseconds. */
const PATIENCE = 500;

/** Makes this process the one server of the database file; `undefined` when another one is. */
export function holdDatabase(database: string): ProcessLock | undefined {
  return lockProcess(`${database}.lock`, PATIENCE);
}

/** Leaves the address of this server beside the database (0600): whole or not at all. */
export function writeServerFile(database: string, entry: ServerFile): void {
  const fresh = `${database}.server.${entry.pid}`;
  rmSync(fresh, { force: true });
  writeFileSync(fresh, `${JSON.stringify(entry)}\n`, { mode: 0o600, flag: "wx" });
  renameSync(fresh, `${database}.server`);
}

/** Takes the address away again. */
export function removeServerFile(database: string): void {
  rmSync(`${database}.server`, { force: true });
}

/**
 * The server that runs on the database now. A file that a killed server left behind does not count: only a living process holds the
 * lock. `undefined` also while a server is still starting.
 */
export function runningServer(database: string): ServerFile | undefined {
  const lockFile = `${database}.lock`;
  if (!existsSync(lockFile)) return undefined;
  const lock = lockProcess(lockFile);
  lock?.release();
  return lock ? undefined : readServerFile(database);
}

/** What the file says, whether or not its server lives. */
export function readServerFile(database: string): ServerFile | undefined {
  try {
    return JSON.parse(readFileSync(`${database}.server`, "utf8")) as ServerFile;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new Error(`The server file ${database}.server cannot be read`, { cause });
  }
}

import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { ServerConfig } from "../../config/server-config.js";
import type { StoreDump } from "../../contracts/dump.js";
import { Failure, usage } from "../failure.js";
import { holdDatabase, readServerFile } from "../server-file.js";

/** A store that a move has for itself until `close`. */
export interface Place {
  dump: StoreDump;
  close(): Promise<void>;
}

/** What `--to` names, or the store of a server config. */
export type Address = { file: string } | { url: string };

/** A url of MongoDB, or else a path that is relative to `cwd`. */
export function addressOf(to: string, cwd: string): Address {
  if (/^mongodb(\+srv)?:\/\//.test(to)) return { url: to };
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(to)) {
    throw usage(
      `--to cannot be "${to}"`,
      "Write a url that begins with mongodb:// or mongodb+srv://, or the path of a file.",
    );
  }
  return { file: resolve(cwd, to) };
}

/** Where the server of this config keeps everything. */
export function addressIn(config: ServerConfig): Address {
  return config.mode === "cluster" ? { url: config.mongodb.url } : { file: config.sqlite.file };
}

/** Opens the store that a move begins with: it has to be there. */
export async function openSource(address: Address): Promise<Place> {
  if ("file" in address && !existsSync(address.file)) {
    throw new Failure(`There is no database at ${address.file}`, "The server config names it with sqlite.file.");
  }
  return open(address);
}

/** Opens a store, which is made when it is not there. */
export async function open(address: Address): Promise<Place> {
  if ("file" in address) return openFile(address.file);
  const { openMongodbDump } = await import("../../stores/mongodb/dump.js");
  const dump = await openMongodbDump(address);
  return { dump, close: () => dump.close() };
}

async function openFile(file: string): Promise<Place> {
  const lock = holdDatabase(file);
  if (!lock) throw taken(file);
  try {
    const [{ openSqliteDump }, { requireSound }] = await Promise.all([
      import("../../stores/sqlite/dump.js"),
      import("../../stores/sqlite/soundness.js"),
    ]);
    requireSound(file);
    const dump = await openSqliteDump({ file });
    return {
      dump,
      async close() {
        await dump.close();
        lock.release();
      },
    };
  } catch (cause) {
    lock.release();
    throw cause;
  }
}

function taken(file: string): Failure {
  const server = readServerFile(file);
  const who = server ? ` at ${server.url} (process ${server.pid})` : "";
  return new Failure(`A server runs on ${file}${who}`, "Stop it first: a move needs the store for itself.");
}

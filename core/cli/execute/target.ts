import { Failure, usage } from "../failure.js";
import { runningServer } from "../server-file.js";
import type { Target } from "./client.js";

/** Finds the API. It is looked for before each ask, as a server that restarts may come back elsewhere; `undefined` while it is away. */
export type FindTarget = () => Target | undefined;

/** The API that the options name, else the server that runs on the database. */
export function targetOf(
  { server, key }: { server?: string; key?: string },
  database: () => Promise<string>,
): Promise<FindTarget> {
  if (server !== undefined || key !== undefined) return Promise.resolve(named(server, key));
  return database().then(beside);
}

function named(server: string | undefined, key: string | undefined): FindTarget {
  if (server === undefined || key === undefined) {
    throw usage("--server and --key stand together", "Give both, or neither for the server of this configuration.");
  }
  const url = serverUrl(server);
  return () => ({ url, key });
}

/** The address that `--server` gives. */
export function serverUrl(text: string): string {
  const url = URL.parse(text);
  if (url && /^https?:$/.test(url.protocol) && url.search === "" && url.hash === "") return url.href;
  throw usage(`--server cannot be "${text}"`, "Write it as http://HOST:PORT.");
}

function beside(database: string): FindTarget {
  const find: FindTarget = () => {
    const found = runningServer(database);
    return found && { url: found.url, key: found.token };
  };
  if (find()) return find;
  throw new Failure(
    `No server runs on ${database}`,
    "Start one with `furrow serve`, or name another with --server URL --key KEY.",
  );
}

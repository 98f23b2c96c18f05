import { MongoClient, type Db, type Document } from "mongodb";

/** The oldest server whose indexes and transactions we rely on. */
const oldestServer = 6;

/**
 * Of a client that answers "not now" within seconds, and that believes only what a majority of the replica set has on its disks. Without
 * `ignoreUndefined`: a field that somebody forgot is to be seen.
 */
const options = {
  appName: "furrow",
  readConcernLevel: "majority",
  readPreference: "primary",
  writeConcern: { w: "majority", journal: true, wtimeoutMS: 10_000 },
  serverSelectionTimeoutMS: 3_000,
  connectTimeoutMS: 3_000,
  socketTimeoutMS: 20_000,
  waitQueueTimeoutMS: 2_000,
  retryReads: true,
  retryWrites: true,
} as const;

/** A client and the database that its address names. */
export interface Connection {
  client: MongoClient;
  db: Db;
}

/**
 * Connects to the database in the path of `url`, `furrow` when it names none. Throws a sentence when this cannot be a store: an address
 * that cannot be read, a standalone server, one that is too old.
 */
export async function connect(url: string): Promise<Connection> {
  const client = clientOf(url);
  try {
    await client.connect();
    const db = client.db(databaseOf(url));
    await requireFit(db);
    return { client, db };
  } catch (cause) {
    await client.close();
    throw cause;
  }
}

/** The name of the database in the path of an address; the driver's own default is another one. */
export function databaseOf(url: string): string {
  const [, name = ""] = /^[^/]+:\/\/[^/?]+\/([^?]*)/.exec(url) ?? [];
  return name === "" ? "furrow" : decodeURIComponent(name);
}

function clientOf(url: string): MongoClient {
  try {
    return new MongoClient(url, options);
  } catch (cause) {
    throw new Error(
      `mongodb.url cannot be read: ${(cause as Error).message}. It looks like mongodb://host:27017/furrow?replicaSet=name`,
      { cause },
    );
  }
}

async function requireFit(db: Db): Promise<void> {
  const admin = db.admin();
  const [hello, build] = await Promise.all([admin.command({ hello: 1 }), admin.command({ buildInfo: 1 })]);
  const why = unfit(hello, String(build["version"]));
  if (why !== undefined) throw new Error(why);
}

/** Why a server cannot keep a store, by its answer to `hello` and its version; `undefined` when it can. */
export function unfit(hello: Document, version: string): string | undefined {
  if (Number.parseInt(version, 10) < oldestServer) {
    return `The MongoDB server is version ${version}: Furrow needs ${oldestServer}.0 or newer`;
  }
  if (typeof hello["setName"] === "string" || hello["msg"] === "isdbgrid") return undefined;
  return (
    "The MongoDB server is a standalone one, which has no transactions: start it with --replSet and call rs.initiate(); " +
    "a replica set of one member is enough"
  );
}

import { Binary, type Collection, type Document } from "mongodb";
import {
  kinds,
  type DumpPage,
  type Kind,
  type Move,
  type PageLimit,
  type StoreDump,
  type Stored,
} from "../../contracts/dump.js";
import { openDatabase, type Database } from "./database.js";
import { ways } from "./dump-documents.js";
import { insertAll, withGone, withVersions, writeVersions, type AnyDocument } from "./dump-writes.js";
import { storeError } from "./errors.js";
import { migrate } from "./migrations.js";
import { markMove, moveOf } from "./moves.js";
import { isAlive, type NodeDocument } from "./nodes-documents.js";
import { isOver } from "./nodes-place.js";
import { placeOf } from "./place.js";

/** What the driver fetches at once: a page may end before. */
const batchSize = 100;
/** Of a note or an attempt, about. */
const ofAnItem = 300;

/** Opens the database for a move, as the store itself is opened. Throws a sentence when it cannot be used. */
export async function openMongodbDump({ url }: { url: string }): Promise<StoreDump> {
  const database = await openDatabase(url);
  try {
    await migrate(database.db);
    return dumpOf(database, placeOf(url));
  } catch (cause) {
    await database.close();
    throw storeError(cause);
  }
}

function dumpOf(database: Database, place: string): StoreDump {
  const { db } = database;
  const guarded = database.guarded({
    read: <K extends Kind>(kind: K, after: string | null, limit: PageLimit) => page(database, kind, after, limit),
    async write<K extends Kind>(kind: K, records: readonly Stored[K][], move: Move) {
      await insert(database, kind, records);
      await markMove(db, "in", move);
    },
    has: async (kind: Kind) =>
      (await collectionOf(database, kind).findOne(told(kind), { projection: { _id: 1 } })) !== null,
    move: (direction: "in" | "out") => moveOf(db, direction),
    mark: (direction: "in" | "out", move: Move | undefined) => markMove(db, direction, move),
    inUse: () => whoIsOn(database, place),
  });
  return {
    place,
    ...guarded,
    async clear() {
      for (const kind of kinds) await collectionOf(database, kind).deleteMany({});
      await database.sequenceVersions.deleteMany({});
      await db.collection("jobs").deleteMany({});
    },
    close: () => database.close(),
  };
}

/** Of a process that was killed on another machine nobody knows before its lease is over. */
async function whoIsOn({ db }: Database, place: string): Promise<string | undefined> {
  const nodes = db.collection<NodeDocument>("nodes");
  const alive = (await nodes.find({ $expr: isAlive }).sort({ _id: 1 }).toArray()).filter((node) => !isOver(node));
  if (alive.length === 0) return undefined;
  const names = alive.map(({ _id, host, pid }) => `${_id} (process ${pid} on ${host})`);
  return `${place} is served by ${names.join(", ")}`;
}

function collectionOf(database: Database, kind: Kind): Collection<AnyDocument> {
  const collection: unknown = kind === "events" ? database.inbox : database[kind];
  return collection as Collection<AnyDocument>;
}

/** Entities that nobody has told anything of hold a place only, which is made again when it is needed. */
function told(kind: Kind): Document {
  return kind === "entities" ? { isUntold: { $exists: false } } : {};
}

async function page<K extends Kind>(
  database: Database,
  kind: K,
  after: string | null,
  limit: PageLimit,
): Promise<DumpPage<K>> {
  const cursor = collectionOf(database, kind)
    .find({ ...told(kind), ...(after === null ? {} : { _id: { $gt: after } }) })
    .sort({ _id: 1 })
    .limit(limit.records)
    .batchSize(Math.min(batchSize, limit.records));
  const found: AnyDocument[] = [];
  let bytes = 0;
  for await (const document of cursor) {
    found.push(document);
    bytes += sizeOf(document);
    if (bytes >= limit.bytes) break;
  }
  const isLast = found.length < limit.records && bytes < limit.bytes;
  const whole = kind === "sequences" ? await withVersions(database, found) : found;
  return {
    records: whole.map((document) => ways[kind].record(document as never)),
    next: isLast ? null : (found.at(-1)?._id ?? null),
  };
}

async function insert<K extends Kind>(database: Database, kind: K, records: readonly Stored[K][]): Promise<void> {
  const documents = records.map((record) => ways[kind].document(record) as AnyDocument);
  await insertAll(collectionOf(database, kind), await own(database, kind, documents));
}

/** What lies in the collection of the kind itself. */
async function own(database: Database, kind: Kind, documents: readonly AnyDocument[]): Promise<readonly AnyDocument[]> {
  if (kind === "sequences") return writeVersions(database, documents);
  return kind === "sendings" ? withGone(database, documents) : documents;
}

/** Of the texts and bodies in it, about. */
function sizeOf(document: Document): number {
  return Object.values(document).reduce<number>((sum, value: unknown) => {
    if (typeof value === "string") return sum + value.length;
    if (value instanceof Binary) return sum + value.position;
    return sum + (Array.isArray(value) ? value.length * ofAnItem : 8);
  }, 0);
}

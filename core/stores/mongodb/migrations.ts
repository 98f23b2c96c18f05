import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import type { Collection, Db } from "mongodb";
import type { Duration } from "../../contracts/model.js";
import type { SchemaDocument } from "./documents.js";
import { isDuplicate } from "./errors.js";
import { makeIndexes } from "./indexes.js";

/** Brings a database one version further. Nodes of the version before run on beside it, and after a crash it is run again from the start. */
export type Migration = (db: Db) => Promise<void>;

/** The n-th makes version n of a version n - 1. A migration that was released is never changed: the next change is the next one. */
export const migrations: readonly Migration[] = [makeIndexes];

/** Renewed before each migration; one that takes longer may be run by two nodes at once. */
const lease: Duration = 60_000;
const pauseBetween: Duration = 100;

/**
 * Brings a new or an older database up to the newest version. Of several nodes that start together one does the work, and the others wait
 * for it. Throws a sentence when the database was written by a newer program.
 */
export async function migrate(db: Db, steps: readonly Migration[] = migrations): Promise<void> {
  const schema = db.collection<SchemaDocument>("schema");
  const holder = randomUUID();
  for (;;) {
    const version = await versionOf(schema);
    if (version > steps.length) throw isNewer(db, version, steps.length);
    if (version === steps.length) return;
    if (await hold(schema, holder)) break;
    await pause(pauseBetween);
  }
  try {
    for (const [index, step] of steps.entries()) {
      // Another node may have been here first.
      if (index < (await versionOf(schema))) continue;
      await hold(schema, holder);
      await step(db);
      await schema.updateOne({ _id: "store" }, { $max: { version: index + 1 } }, { upsert: true });
    }
  } finally {
    await schema.deleteOne({ _id: "upgrade", holder });
  }
}

async function versionOf(schema: Collection<SchemaDocument>): Promise<number> {
  return (await schema.findOne({ _id: "store" }))?.version ?? 0;
}

/** Takes the work, or goes on with it; `false` while another node has it in hand. */
async function hold(schema: Collection<SchemaDocument>, holder: string): Promise<boolean> {
  const now = Date.now();
  const free = { _id: "upgrade" as const, $or: [{ holder }, { until: { $lte: now } }] };
  try {
    await schema.updateOne(free, { $set: { holder, until: now + lease } }, { upsert: true });
    return true;
  } catch (cause) {
    if (isDuplicate(cause)) return false;
    throw cause;
  }
}

function isNewer({ databaseName }: Db, version: number, known: number): Error {
  return new Error(
    `The database ${databaseName} was written by a newer Furrow (its schema is version ${version}, this program knows ${known}): ` +
      "start that version, or restore a backup from before the upgrade",
  );
}

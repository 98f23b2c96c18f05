import { MongoBulkWriteError, type Collection, type Document } from "mongodb";
import type { Database } from "./database.js";
import type { SequenceVersionDocument } from "./documents.js";
import { isDuplicate } from "./errors.js";

/** A document of any kind. */
export type AnyDocument = Document & { _id: string };

/** What is there already was written by a move that was killed before it could mark it. */
export async function insertAll(collection: Collection<AnyDocument>, documents: readonly AnyDocument[]): Promise<void> {
  if (documents.length === 0) return;
  try {
    await collection.insertMany([...documents], { ordered: false });
  } catch (cause) {
    if (!(cause instanceof MongoBulkWriteError) || !isDuplicate(cause)) throw cause;
    const replacements = documents.map(({ _id, ...replacement }) => ({
      replaceOne: { filter: { _id: { $eq: _id } }, replacement, upsert: true },
    }));
    await collection.bulkWrite(replacements, { ordered: false });
  }
}

/** Versions lie in a collection of their own: puts them into their sequences. */
export async function withVersions(
  { sequenceVersions }: Database,
  sequences: readonly AnyDocument[],
): Promise<AnyDocument[]> {
  const ids = sequences.map(({ _id }) => _id);
  const versions = await sequenceVersions.find({ sequenceId: { $in: ids } }).toArray();
  versions.sort((one, other) => one.version - other.version);
  return sequences.map((sequence) => ({
    ...sequence,
    versions: versions.filter(({ sequenceId }) => sequenceId === sequence._id),
  }));
}

/** Writes the versions of these sequences; answers the sequences without them. */
export async function writeVersions(
  { sequenceVersions }: Database,
  sequences: readonly AnyDocument[],
): Promise<AnyDocument[]> {
  const all = sequences.flatMap(({ versions }) => versions as SequenceVersionDocument[]);
  await insertAll(sequenceVersions as unknown as Collection<AnyDocument>, all);
  return sequences.map(({ versions: _apart, ...sequence }) => sequence as AnyDocument);
}

/** Sendings whose contact was not moved are those of a person who is gone, and know it. */
export async function withGone({ contacts }: Database, sendings: readonly AnyDocument[]): Promise<AnyDocument[]> {
  const ids = [...new Set(sendings.map(({ contactId }) => contactId as string))];
  const found = await contacts.find({ _id: { $in: ids } }, { projection: { _id: 1 } }).toArray();
  const known = new Set(found.map(({ _id }) => _id));
  return sendings.map((sending) => (known.has(sending["contactId"] as string) ? sending : { ...sending, gone: true }));
}

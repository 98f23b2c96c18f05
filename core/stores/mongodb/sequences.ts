import { isDeepStrictEqual } from "node:util";
import type { ClientSession } from "mongodb";
import type { Instant, Sequence, SequenceDefinition, SequenceVersion } from "../../contracts/model.js";
import type { PublishedSequence, SequenceShelf } from "../../contracts/store.js";
import type { Database } from "./database.js";
import { idOf, type SequenceDocument, type SequenceVersionDocument } from "./documents.js";
import { pageOf } from "./paging.js";

export function mongodbSequences(database: Database): SequenceShelf {
  const { sequences, sequenceVersions } = database;

  async function byId(id: string): Promise<Sequence | undefined> {
    const found = await sequences.findOne({ _id: { $eq: id } });
    return found ? sequenceOf(found) : undefined;
  }

  /** Of several that had this key in their time, the one that has it now. */
  async function byKey(organization: string, key: string): Promise<Sequence | undefined> {
    const found = await sequences.find({ organization: { $eq: organization }, key: { $eq: key } }).toArray();
    const [first] = found.sort(
      (one, other) =>
        Number(one.status === "archived") - Number(other.status === "archived") ||
        other.updatedAt - one.updatedAt ||
        (one._id < other._id ? 1 : -1),
    );
    return first && sequenceOf(first);
  }

  return {
    publish: (organization, published, now) =>
      database.transaction(async (session) => {
        for (const sequence of published) await publish(database, organization, sequence, now, session);
        const others = {
          organization: { $eq: organization },
          status: { $ne: "archived" as const },
          _id: { $nin: published.map(({ id }) => id) },
        };
        await sequences.updateMany(others, { $set: { status: "archived", updatedAt: now } }, { session });
      }),

    list: (organization, page) =>
      pageOf(
        sequences,
        { where: { organization: { $eq: organization } }, order: { key: 1, _id: 1 } },
        page,
        sequenceOf,
      ),

    async find(organization, idOrKey) {
      const found = await byId(idOrKey);
      return found?.organization === organization ? found : byKey(organization, idOrKey);
    },

    byId,

    async version(sequenceId, number) {
      const found = await sequenceVersions.findOne({ _id: { $eq: idOf(sequenceId, number) } });
      return found ? versionOf(found) : undefined;
    },
  };
}

/** Inside a transaction. What is the same already is not written. */
async function publish(
  { sequences, sequenceVersions }: Database,
  organization: string,
  { id, key, name, status, definition }: PublishedSequence,
  now: Instant,
  session: ClientSession,
): Promise<void> {
  const stored = await sequences.findOne({ _id: { $eq: id } }, { session });
  if (stored && stored.organization !== organization) {
    throw new Error(
      `The sequence ${key} has the id ${id}, which belongs to another organization: give it an id of its own`,
    );
  }
  const newest = stored && (await sequenceVersions.findOne({ _id: { $eq: idOf(id, stored.version) } }, { session }));
  const text = JSON.stringify(definition);
  const same = newest && isDeepStrictEqual(JSON.parse(newest.definition), JSON.parse(text));
  const version = (stored?.version ?? 0) + (same ? 0 : 1);
  if (!same) {
    const made = { _id: idOf(id, version), sequenceId: id, version, definition: text, createdAt: now };
    await sequenceVersions.insertOne(made, { session });
  }
  if (!stored) {
    const made = { _id: id, organization, key, name, status, version, purpose: definition.purpose };
    await sequences.insertOne({ ...made, createdAt: now, updatedAt: now }, { session });
  } else if (
    !isDeepStrictEqual([stored.key, stored.name, stored.status, stored.version], [key, name, status, version])
  ) {
    const changed = { key, name, status, version, purpose: definition.purpose, updatedAt: now };
    await sequences.updateOne({ _id: { $eq: id } }, { $set: changed }, { session });
  }
}

function sequenceOf({ _id, ...sequence }: SequenceDocument): Sequence {
  return { id: _id, ...sequence };
}

function versionOf({ _id, definition, ...version }: SequenceVersionDocument): SequenceVersion {
  return { ...version, definition: JSON.parse(definition) as SequenceDefinition };
}

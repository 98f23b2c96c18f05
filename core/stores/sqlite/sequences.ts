import { isDeepStrictEqual } from "node:util";
import type {
  Instant,
  Purpose,
  Sequence,
  SequenceDefinition,
  SequenceStatus,
  SequenceVersion,
} from "../../contracts/model.js";
import type { PublishedSequence, SequenceShelf } from "../../contracts/store.js";
import type { Database } from "./database.js";
import { pageOf } from "./paging.js";

interface SequenceRow {
  id: string;
  organization: string;
  key: string;
  name: string;
  status: SequenceStatus;
  version: number;
  purpose: Purpose;
  created_at: number;
  updated_at: number;
}

interface VersionRow {
  definition: string;
  created_at: number;
}

export function sqliteSequences(database: Database): SequenceShelf {
  function byId(id: string): Sequence | undefined {
    const row = database.statement<SequenceRow>("SELECT * FROM sequences WHERE id = ?").get(id);
    return row && sequenceOf(row);
  }

  /** Of several that had this key in their time, the one that has it now. */
  function byKey(organization: string, key: string): Sequence | undefined {
    const row = database
      .statement<SequenceRow>(
        // Parameters inside an expression: with bare ones SQLite plans an ordered search anew at every call.
        `SELECT * FROM sequences WHERE organization = (? || '') AND key = (? || '')
         ORDER BY status = 'archived', updated_at DESC, id DESC LIMIT 1`,
      )
      .get(organization, key);
    return row && sequenceOf(row);
  }

  function version(sequenceId: string, number: number): SequenceVersion | undefined {
    const row = database
      .statement<VersionRow>(
        "SELECT definition, created_at FROM sequence_versions WHERE sequence_id = ? AND version = ?",
      )
      .get(sequenceId, number);
    if (!row) return undefined;
    const definition = JSON.parse(row.definition) as SequenceDefinition;
    return { sequenceId, version: number, definition, createdAt: row.created_at };
  }

  function publish(organization: string, { id, key, name, status, definition }: PublishedSequence, now: Instant): void {
    const stored = byId(id);
    if (stored && stored.organization !== organization) {
      throw new Error(
        `The sequence ${key} has the id ${id}, which belongs to another organization: give it an id of its own`,
      );
    }
    const same = stored && isDeepStrictEqual(version(id, stored.version)?.definition, storedForm(definition));
    const next = (stored?.version ?? 0) + (same ? 0 : 1);
    if (!same) {
      database
        .statement("INSERT INTO sequence_versions (sequence_id, version, definition, created_at) VALUES (?, ?, ?, ?)")
        .run(id, next, JSON.stringify(definition), now);
    }
    database
      .statement(
        `INSERT INTO sequences (id, organization, key, name, status, version, purpose, created_at, updated_at)
         VALUES (@id, @organization, @key, @name, @status, @version, @purpose, @now, @now)
         ON CONFLICT (id) DO UPDATE SET key = @key, name = @name, status = @status, version = @version, purpose = @purpose,
           updated_at = @now
         WHERE (key, name, status, version) <> (@key, @name, @status, @version)`,
      )
      .run({ id, organization, key, name, status, version: next, purpose: definition.purpose, now });
  }

  function archiveOthers(organization: string, ids: readonly string[], now: Instant): void {
    database
      .statement(
        `UPDATE sequences SET status = 'archived', updated_at = ?
         WHERE organization = ? AND status <> 'archived' AND id NOT IN (SELECT value FROM json_each(?))`,
      )
      .run(now, organization, JSON.stringify(ids));
  }

  return {
    publish: (organization, sequences, now) =>
      database.write(() => {
        for (const sequence of sequences) publish(organization, sequence, now);
        archiveOthers(
          organization,
          sequences.map(({ id }) => id),
          now,
        );
      }),

    list: (organization, page) =>
      database.read(() => {
        const where = [["organization = ?", organization]] as const;
        return pageOf(database, { from: "sequences", where, order: "key, id" }, page, sequenceOf);
      }),

    find: (organization, idOrKey) =>
      database.look(() => {
        const found = byId(idOrKey);
        return found?.organization === organization ? found : byKey(organization, idOrKey);
      }),

    byId: (id) => database.look(() => byId(id)),

    version: (sequenceId, number) => database.look(() => version(sequenceId, number)),
  };
}

/** As it comes out of the store: without what JSON leaves out. */
function storedForm(definition: SequenceDefinition): unknown {
  return JSON.parse(JSON.stringify(definition));
}

function sequenceOf(row: SequenceRow): Sequence {
  return {
    id: row.id,
    organization: row.organization,
    key: row.key,
    name: row.name,
    status: row.status,
    version: row.version,
    purpose: row.purpose,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

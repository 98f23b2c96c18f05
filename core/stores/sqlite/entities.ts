import { isNamedBy, updatedEntity, type KeptEntity } from "../../contracts/entities.js";
import type { Entity, EntityUpdate } from "../../contracts/inbox.js";
import type { Instant } from "../../contracts/model.js";
import type { Addresses } from "./addresses.js";
import type { Database } from "./database.js";
import { findEntity, keptEntityOf, type EntityRow } from "./entity-rows.js";
import { forgetMentions, mention } from "./mentions.js";

/** What an update did: the entity, and those that it was made of, as they were. */
export interface Updated {
  entity: KeptEntity;
  before: readonly KeptEntity[];
}

/** Inside a write: takes an update in, and makes one entity of those that it names. */
export function updateEntity(
  database: Database,
  addresses: Addresses,
  home: Pick<Entity, "organization" | "source">,
  update: EntityUpdate,
  now: Instant,
): Updated {
  const find = (key: string) => findEntity(database, home.organization, home.source, key);
  const own = find(update.key);
  const replaced = update.replaces === null ? undefined : find(update.replaces);
  const rows = new Map<number, EntityRow>();
  const others = update.aliases.map(find).filter((row) => row !== undefined && isNamedBy(update, row));
  for (const row of [own, replaced, ...others]) if (row && !rows.has(row.id)) rows.set(row.id, row);
  const kept = new Map([...rows].map(([id, row]) => [id, keptEntityOf(row)]));
  const named = {
    own: own && kept.get(own.id),
    isReplaced: own?.replaced === 1,
    replaced: replaced && replaced.id !== own?.id ? kept.get(replaced.id) : undefined,
    others: [...kept].filter(([id]) => id !== own?.id && id !== replaced?.id).map(([, entity]) => entity),
  };
  const entity = updatedEntity(named, update, home, now);
  const [id, ...joined] = kept.keys();
  writeKeys(database, home, update, write(database, addresses, id, entity), joined);
  return { entity, before: [...kept.values()] };
}

function write(database: Database, addresses: Addresses, known: number | undefined, entity: KeptEntity): number {
  const { id } = database
    .statement<{ id: number }>(
      `INSERT INTO entities (id, organization, source, key, kind, status, starts_at, ends_at, data, version, updated_at, ended_delay,
         told_end, ended_due_at)
       VALUES (@id, @organization, @source, @key, @kind, @status, @startsAt, @endsAt, @data, @version, @updatedAt, @endedDelay,
         @toldEnd, @endedDueAt)
       ON CONFLICT (id) DO UPDATE SET key = @key, kind = @kind, status = @status, starts_at = @startsAt, ends_at = @endsAt,
         data = @data, version = @version, updated_at = @updatedAt, ended_delay = @endedDelay, told_end = @toldEnd,
         ended_due_at = @endedDueAt
       RETURNING id`,
    )
    .get({ ...entity, id: known ?? null, data: JSON.stringify(entity.data) }) as { id: number };
  forgetMentions(database, "entity", String(id));
  mention(database, addresses, entity.organization, "entity", String(id), JSON.stringify(entity.data));
  return id;
}

/** All names of the update, and of the entities that were joined, are names of the entity `id` from now on. */
function writeKeys(
  database: Database,
  { organization, source }: Pick<Entity, "organization" | "source">,
  { key, aliases, replaces }: EntityUpdate,
  id: number,
  joined: readonly number[],
): void {
  for (const other of joined) {
    database.statement("UPDATE entity_keys SET entity_id = ? WHERE entity_id = ?").run(id, other);
    database.statement("DELETE FROM entities WHERE id = ?").run(other);
    forgetMentions(database, "entity", String(other));
  }
  const insert = database.statement(
    `INSERT INTO entity_keys (organization, source, key, entity_id, replaced) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET replaced = max(replaced, excluded.replaced) WHERE replaced < excluded.replaced`,
  );
  for (const name of [key, ...aliases]) insert.run(organization, source, name, id, 0);
  if (replaces !== null && replaces !== key) insert.run(organization, source, replaces, id, 1);
}

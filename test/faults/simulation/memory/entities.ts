import { isNamedBy, updatedEntity, type KeptEntity } from "../../../../core/contracts/entities.js";
import type { Entity, EntityUpdate } from "../../../../core/contracts/inbox.js";
import type { Instant } from "../../../../core/contracts/model.js";
import type { KeptThing, Tables } from "./tables.js";

export function entityNamed(
  { entities }: Tables,
  organization: string,
  source: string,
  key: string,
): KeptThing | undefined {
  return [...entities].find(
    ({ row, keys }) => row.organization === organization && row.source === source && keys.has(key),
  );
}

/** Every name of the entity that has this one; of one that nobody has heard of, this one. */
export function keysOf(tables: Tables, organization: string, source: string, key: string): string[] {
  return [...(entityNamed(tables, organization, source, key)?.keys.keys() ?? [key])];
}

/** What an execution is about, as it is known now. */
export function entityOf(tables: Tables, executionId: string): Entity | null {
  const execution = tables.executions.get(executionId)?.row;
  if (!execution || execution.entity === null) return null;
  const known = entityNamed(tables, execution.organization, execution.source, execution.entity);
  if (!known) return null;
  const { endedDelay: _, toldEnd: __, ...row } = known.row;
  return row;
}

/** Takes an update in, and makes one entity of those that it names; answers them as they were. */
export function updateEntity(
  tables: Tables,
  home: Pick<Entity, "organization" | "source">,
  update: EntityUpdate,
  now: Instant,
): { entity: KeptEntity; before: KeptEntity[] } {
  const named = (key: string) => entityNamed(tables, home.organization, home.source, key);
  const { key, aliases, replaces } = update;
  const own = named(key);
  const replaced = replaces === null ? undefined : named(replaces);
  const isOurs = (one: KeptThing | undefined) => one === undefined || one === own || isNamedBy(update, one.row);
  const ours = aliases.filter((name) => isOurs(named(name)));
  const found = new Set([own, replaced, ...ours.map(named)].filter((one) => one !== undefined));
  const row = updatedEntity(
    {
      own: own?.row,
      isReplaced: own?.keys.get(key) === true,
      replaced: replaced === own ? undefined : replaced?.row,
      others: [...found].filter((one) => one !== own && one !== replaced).map((one) => one.row),
    },
    update,
    home,
    now,
  );
  const keys = new Map([...found].flatMap((one) => [...one.keys]));
  for (const name of [key, ...ours]) if (!keys.has(name)) keys.set(name, false);
  if (replaces !== null && replaces !== key) keys.set(replaces, true);
  const before = [...found].map((one) => one.row);
  const [first, ...joined] = found;
  for (const one of joined) tables.entities.delete(one);
  if (first) Object.assign(first, { row, keys });
  else tables.entities.add({ row, keys });
  return { entity: row, before };
}

import type { Entity, EntityUpdate } from "./inbox.js";
import type { Duration, Instant, Json, JsonObject, Position } from "./model.js";

/** The rules of entities, written once for every store. All of them are pure. */

/** An entity with what its store keeps beside it. */
export interface KeptEntity extends Entity {
  endedDelay: Duration | null;
  /** The end that was told. */
  toldEnd: Instant | null;
}

/** The entities that an update names, as they are known. Those found by several of its names stand in the first place that fits. */
export interface Named {
  own: KeptEntity | undefined;
  /** The update's key was replaced by a newer one: the update is old, and adds nothing but its names. */
  isReplaced: boolean;
  /** By `replaces`. */
  replaced: KeptEntity | undefined;
  /** By `aliases`, as far as they are `isNamedBy` the update. */
  others: readonly KeptEntity[];
}

type Said = Pick<KeptEntity, "status" | "startsAt" | "endsAt" | "data" | "version" | "endedDelay">;

const over: ReadonlySet<string | null> = new Set(["cancelled", "refunded", "noShow"]);

/** Nobody is started for it any more. */
export function isOver({ status }: Pick<Entity, "status">): boolean {
  return over.has(status);
}

/**
 * The one entity that an update makes of those that it names. What is newer, or of unknown age, is laid over what is known; an older
 * update fills in only what nobody has said. What says nothing (`null`, an empty list) leaves what is known, also inside `data`. A status
 * that is over goes only by a version that is known to be newer. Of a booking that was replaced the status does not count.
 */
export function updatedEntity(
  named: Named,
  update: EntityUpdate,
  home: Pick<Entity, "organization" | "source">,
  now: Instant,
): KeptEntity {
  const { own, isReplaced, replaced, others } = named;
  const key = keyOf(named, update);
  const known = [replaced && { ...replaced, status: null, version: null }, ...others, own].filter((one) => !!one);
  // The names that the platform gives an entity are told apart by its key: another one's id is not its own.
  const said = update.key === key ? update : { ...update, data: { ...update.data, id: null } };
  const all: readonly Said[] = isReplaced && known.length > 0 ? known : [...known, said];
  const [first = said, ...rest] = all;
  const { status, startsAt, endsAt, data, version, endedDelay } = rest.reduce(laidOver, first);
  const toldEnd = own?.toldEnd ?? replaced?.toldEnd ?? null;
  const next = { status, startsAt, endsAt, endedDelay, toldEnd };
  return { ...home, key, kind: update.kind, ...next, data, version, updatedAt: now, endedDueAt: endedDueAt(next) };
}

/**
 * Whether an entity that one of the update's aliases finds is the update's: it is known by nothing else. One that has an id of its own is
 * another one, which keeps the alias.
 */
export function isNamedBy(
  { key, aliases }: Pick<EntityUpdate, "key" | "aliases">,
  found: Pick<Entity, "key">,
): boolean {
  return found.key === key || aliases.includes(found.key);
}

/** Whether what waits for the times of `before` has to begin its wait again. */
export function hasMoved(
  before: Pick<Entity, "startsAt" | "endsAt"> | undefined,
  after: Pick<Entity, "startsAt" | "endsAt">,
): boolean {
  return (before?.startsAt ?? null) !== after.startsAt || (before?.endsAt ?? null) !== after.endsAt;
}

/** Where a sending stands that settles at an `anchored` position: before its step, when the entity has other times by now than `anchor`. */
export function anchoredNow(
  position: Position,
  anchor: Pick<Entity, "startsAt" | "endsAt"> | undefined,
  entity: Pick<Entity, "startsAt" | "endsAt"> | null,
  now: Instant,
): Position {
  if (!hasMoved(anchor, entity ?? { startsAt: null, endsAt: null })) return position;
  return { ...position, state: "open", reason: null, stage: "before", dueAt: now };
}

/** When the end is to be told; `null`: never, or it was. */
export function endedDueAt(entity: Pick<KeptEntity, "status" | "endsAt" | "endedDelay" | "toldEnd">): Instant | null {
  const { status, endsAt, endedDelay, toldEnd } = entity;
  if (endedDelay === null || endsAt === null || status === "ended" || isOver(entity) || toldEnd === endsAt) return null;
  return endsAt + endedDelay;
}

/** The newest name that the platform gave it. */
function keyOf({ own, isReplaced, replaced, others }: Named, { key, aliases, replaces }: EntityUpdate): string {
  const known = own ?? replaced ?? others[0];
  if (!known || known.key === key) return key;
  if (isReplaced) return known.key;
  const isNewer = known === replaced || known.key === replaces || aliases.includes(known.key);
  return isNewer ? key : known.key;
}

function laidOver(known: Said, said: Said): Said {
  const compared = known.version === null || said.version === null ? undefined : said.version - known.version;
  if (compared !== undefined && compared < 0) return { ...filled(said, known), endedDelay: known.endedDelay };
  const next = { ...filled(known, said), endedDelay: said.endedDelay };
  const isUndone = isOver(known) && !isOver(said) && !(compared !== undefined && compared > 0);
  return isUndone ? { ...next, status: known.status } : next;
}

/** `over`, and what it does not say from `under`. */
function filled(under: Said, over: Said): Omit<Said, "endedDelay"> {
  return {
    status: over.status ?? under.status,
    startsAt: over.startsAt ?? under.startsAt,
    endsAt: over.endsAt ?? under.endsAt,
    version: over.version ?? under.version,
    data: filledData(under.data, over.data),
  };
}

function filledData(under: JsonObject, over: JsonObject): JsonObject {
  const saysNothing = (value: Json): boolean => value === null || (Array.isArray(value) && value.length === 0);
  const said = Object.entries(over).filter(([name, value]) => !Object.hasOwn(under, name) || !saysNothing(value));
  return { ...under, ...Object.fromEntries(said) };
}

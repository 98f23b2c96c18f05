import { kinds, type Kind, type Move, type PageLimit, type StoreDump } from "../contracts/dump.js";
import { begin, refuseUsed, type Beginning } from "./begin.js";
import { tally, type Tally } from "./tally.js";

export { MoveRefused } from "./begin.js";
export type { Tally } from "./tally.js";

/** Of one kind, once everything was moved. */
export interface Compared {
  kind: Kind;
  source: Tally;
  target: Tally;
  equal: boolean;
}

export interface Moving extends Beginning {
  /** Asked before each page; what it throws ends the move, which goes on there when it is made again. */
  halt?(): void;
  /** Told after each page. */
  progress?(kind: Kind, records: number): void;
  limit?: PageLimit;
}

/** So many records that a bulk write pays, so few bytes that a page of the largest bodies fits into memory. */
const pages: PageLimit = { records: 1_000, bytes: 4 * 2 ** 20 };

/**
 * Moves everything, or what is left to move, and compares both stores. When all is equal the target serves from now on and the source
 * does not; with a difference neither does. `undefined`: it was done and compared before. Throws `MoveRefused`.
 */
export async function moveStore(parts: Moving): Promise<Compared[] | undefined> {
  const { source, target, halt = () => undefined, limit = pages } = parts;
  const move = await begin(parts);
  if (!move) return undefined;
  for (const kind of kinds) await moveKind(parts, kind, move, limit);
  const compared: Compared[] = [];
  for (const kind of kinds) compared.push(await compare(source, target, kind, limit, halt));
  await refuseUsed(parts);
  if (compared.every(({ equal }) => equal)) await finish(parts, move);
  return compared;
}

async function moveKind(
  { source, target, halt, progress }: Moving,
  kind: Kind,
  move: Move,
  limit: PageLimit,
): Promise<void> {
  const { reached } = move;
  if (reached[kind] === null) return;
  let page = await source.read(kind, reached[kind] ?? null, limit);
  for (;;) {
    halt?.();
    const { records, next } = page;
    reached[kind] = next;
    const writing = target.write(kind, records, move);
    // The next page is read while this one is written.
    const reading = next === null ? undefined : source.read(kind, next, limit);
    const [following] = await Promise.all([reading, writing]);
    progress?.(kind, records.length);
    if (!following) return;
    page = following;
  }
}

async function compare(
  one: StoreDump,
  other: StoreDump,
  kind: Kind,
  limit: PageLimit,
  halt: () => void,
): Promise<Compared> {
  const [source, target] = await Promise.all([tally(one, kind, limit, halt), tally(other, kind, limit, halt)]);
  return { kind, source, target, equal: source.count === target.count && source.checksum === target.checksum };
}

/** The source first: at no moment may both serve. */
async function finish({ source, target, now }: Moving, { id, startedAt }: Move): Promise<void> {
  await source.mark("out", { id, other: target.place, startedAt, finishedAt: now(), reached: {} });
  await target.mark("in", undefined);
}

/** Lets the source of a move serve again; answers the move that is given up, if there was one. Throws `MoveRefused`. */
export async function reopen(store: StoreDump): Promise<Move | undefined> {
  const move = await store.move("out");
  if (move) await store.mark("out", undefined);
  return move;
}

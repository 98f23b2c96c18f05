import { kinds, kindsOfAStart, whyMarked, type Kind, type Move, type StoreDump } from "../contracts/dump.js";

/** Why a move cannot be made; nothing was moved. */
export class MoveRefused extends Error {
  override readonly name = "MoveRefused";
  constructor(
    message: string,
    readonly hint: string,
  ) {
    super(message);
  }
}

export interface Beginning {
  source: StoreDump;
  target: StoreDump;
  /** Throws away what an unfinished move has left in the target. */
  again: boolean;
  now(): number;
  newId(): string;
}

/**
 * The move to go on with, or a new one, for which the target is emptied of what a start leaves in it. From now on neither store serves.
 * `undefined`: everything had arrived already, and only the target's mark was left to be taken away. Throws `MoveRefused`.
 */
export async function begin(parts: Beginning): Promise<Move | undefined> {
  const { source, target, again } = parts;
  await refuseUsed(parts);
  const [out, into] = await Promise.all([source.move("out"), target.move("in")]);
  await refuseMarked(source, "in");
  await refuseMarked(target, "out");
  if (out && out.finishedAt !== null) {
    if (into?.id !== out.id) throw new MoveRefused(whyMarked(source.place, "out", out), "Nothing was moved.");
    await target.mark("in", undefined);
    return undefined;
  }
  if (into && out?.id === into.id && !again) {
    if (Object.keys(into.reached).length === 0) await target.clear();
    return into;
  }
  if (into && !again) throw otherMove(target, into);
  if (!into) await refuseFull(target);
  return fresh(parts);
}

async function fresh({ source, target, now, newId }: Beginning): Promise<Move> {
  const move = { id: newId(), startedAt: now(), finishedAt: null, reached: {} };
  await source.mark("out", { ...move, other: target.place });
  const into: Move = { ...move, other: source.place };
  await target.mark("in", into);
  await target.clear();
  return into;
}

/** Throws `MoveRefused` while anybody else is on either store. */
export async function refuseUsed({ source, target }: Pick<Beginning, "source" | "target">): Promise<void> {
  for (const store of [source, target]) {
    const who = await store.inUse();
    if (who !== undefined) throw new MoveRefused(who, "Stop it first: a move needs both stores for itself.");
  }
}

async function refuseMarked(store: StoreDump, direction: "in" | "out"): Promise<void> {
  const move = await store.move(direction);
  if (move) throw new MoveRefused(whyMarked(store.place, direction, move), "Nothing was moved.");
}

async function refuseFull(target: StoreDump): Promise<void> {
  const full: Kind[] = [];
  for (const kind of kinds) if (!kindsOfAStart.includes(kind) && (await target.has(kind))) full.push(kind);
  if (full.length === 0) return;
  throw new MoveRefused(
    `${target.place} has data of its own (${full.join(", ")})`,
    "Name a database that has nothing in it: a move joins nothing.",
  );
}

function otherMove(target: StoreDump, { other, startedAt }: Move): MoveRefused {
  return new MoveRefused(
    `${target.place} holds an unfinished move of ${other} from ${new Date(startedAt).toISOString()}, which is not this one`,
    "Finish that one, or add --again to throw away what it has left there and begin anew.",
  );
}

import type { Db } from "mongodb";
import { whyMarked, type Direction, type Move } from "../../contracts/dump.js";

interface MoveDocument extends Move {
  _id: Direction;
}

const marks = (db: Db) => db.collection<MoveDocument>("moves");

/** The mark that a move has left in this database. */
export async function moveOf(db: Db, direction: Direction): Promise<Move | undefined> {
  const found = await marks(db).findOne({ _id: direction });
  if (!found) return undefined;
  const { _id, ...move } = found;
  return move;
}

/** Sets the mark, or takes it away. */
export async function markMove(db: Db, direction: Direction, move: Move | undefined): Promise<void> {
  if (move === undefined) await marks(db).deleteOne({ _id: direction });
  else await marks(db).replaceOne({ _id: direction }, move, { upsert: true });
}

/** Throws a sentence when the database is the source or the target of a move: half of everything must not serve, nor the same thing twice. */
export async function requireUnmoved(db: Db, place: string): Promise<void> {
  for (const direction of ["in", "out"] as const) {
    const move = await moveOf(db, direction);
    if (move) throw new Error(whyMarked(place, direction, move));
  }
}

import { whyMarked, type Direction, type Move } from "../../contracts/dump.js";
import type { Database } from "./database.js";

/** The table is there only in files that were ever part of a move. */
const table = "CREATE TABLE IF NOT EXISTS moves (direction TEXT PRIMARY KEY, move TEXT NOT NULL) STRICT";

/** The mark that a move has left in this file. */
export function moveOf(database: Database, direction: Direction): Move | undefined {
  const isThere = database.statement("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'moves'").get();
  if (isThere === undefined) return undefined;
  const row = database.statement<{ move: string }>("SELECT move FROM moves WHERE direction = ?").get(direction);
  return row && (JSON.parse(row.move) as Move);
}

/** Inside a write: sets the mark, or takes it away. */
export function markMove(database: Database, direction: Direction, move: Move | undefined): void {
  database.run(table);
  if (move === undefined) database.statement("DELETE FROM moves WHERE direction = ?").run(direction);
  else
    database
      .statement("INSERT OR REPLACE INTO moves (direction, move) VALUES (?, ?)")
      .run(direction, JSON.stringify(move));
}

/** Throws a sentence when the file is the source or the target of a move: half of everything must not serve, nor the same thing twice. */
export async function requireUnmoved(database: Database, file: string): Promise<void> {
  for (const direction of ["in", "out"] as const) {
    const move = await database.read(() => moveOf(database, direction));
    if (move) throw new Error(whyMarked(file, direction, move));
  }
}

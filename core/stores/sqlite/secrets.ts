import { randomBytes } from "node:crypto";
import type { Database } from "./database.js";

/** The secret of this name: 32 random bytes, made at the first call and the same ever after. */
export async function secret(database: Database, name: string): Promise<Uint8Array> {
  const find = database.statement<{ value: Uint8Array }>("SELECT value FROM secrets WHERE name = ?");
  const found = await database.read(() => find.get(name));
  if (found) return found.value;
  return database.write(() => {
    database
      .statement("INSERT INTO secrets (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING")
      .run(name, randomBytes(32));
    return (find.get(name) as { value: Uint8Array }).value;
  });
}

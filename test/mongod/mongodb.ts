import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { MongoClient } from "mongodb";

/** Where tests find a replica set: `npm test` sets it, to one of its own if there is a mongod on PATH and nobody else has set it. */
export const mongodbUrl = process.env["MONGODB_URL"];

/** For `test(name, { skip }, …)`: why tests that need a real MongoDB cannot run, or `false`. */
export const withoutMongodb = mongodbUrl === undefined ? "no MONGODB_URL, and no mongod on PATH" : false;

/** As {@link withoutMongodb}, for tests that start servers of their own. */
export const withoutMongod = (process.env["PATH"] ?? "")
  .split(delimiter)
  .some((folder) => folder !== "" && existsSync(join(folder, "mongod")))
  ? false
  : "no mongod on PATH";

/** The address of a database that nobody has used, for one test: `MONGODB_URL` with a name of its own. */
export function freshDatabase(url = mongodbUrl): string {
  return databaseNamed(`furrow_test_${randomBytes(6).toString("hex")}`, url);
}

/** The address of the database of this name. */
export function databaseNamed(name: string, url = mongodbUrl): string {
  if (url === undefined) throw new Error("There is no MongoDB: set MONGODB_URL, or put a mongod on PATH");
  // `URL` does not read an address with several hosts.
  return url.replace(/^(mongodb(?:\+srv)?:\/\/[^/?]+)(\/[^?]*)?/, `$1/${name}`);
}

/** Removes the database that `url` names. */
export async function dropDatabase(url: string): Promise<void> {
  const client = new MongoClient(url);
  try {
    await client.db().dropDatabase();
  } finally {
    await client.close();
  }
}

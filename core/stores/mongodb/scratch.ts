import { openDatabase } from "./database.js";
import { migrate } from "./migrations.js";
import { placeOf } from "./place.js";

/** A database that somebody tries something out in. */
export interface Scratch {
  readonly url: string;
  readonly place: string;
  /** Removes all documents, and leaves the indexes. */
  empty(): Promise<void>;
  /** Removes the database. */
  remove(): Promise<void>;
}

/** Set in a database that was made to be removed; without it nothing is emptied and nothing removed. */
const sign = { _id: "scratch" } as const;

/**
 * Makes a database on the servers of `url`, with the name of its database, the words of `name` and a sign that it may be removed. Throws a
 * sentence when a database of that name is there.
 */
export async function openScratch(url: string, name: string): Promise<Scratch> {
  const own = besideOf(url, name);
  const database = await openDatabase(own);
  const signs = database.db.collection<{ _id: string }>("scratch");
  if ((await database.db.listCollections().toArray()).length > 0) {
    await database.close();
    throw new Error(`There is a database ${placeOf(own)} already: remove it if nobody needs it`);
  }
  await signs.insertOne({ ...sign });
  await migrate(database.db);

  /** Whatever went wrong before: nobody's data are touched. */
  async function requireSign(): Promise<void> {
    if (!(await signs.findOne(sign))) throw new Error(`${placeOf(own)} was not made to be removed`);
  }

  return {
    url: own,
    place: placeOf(own),
    async empty() {
      await requireSign();
      for (const { name: collection } of await database.db.listCollections().toArray()) {
        if (collection === "scratch" || collection === "schema" || collection.startsWith("system.")) continue;
        await database.db.collection(collection).deleteMany({});
      }
    },
    async remove() {
      await requireSign();
      await database.db.dropDatabase();
      await database.close();
    },
  };
}

/** `URL` does not read an address with several hosts. */
function besideOf(url: string, name: string): string {
  return url.replace(
    /^(mongodb(?:\+srv)?:\/\/[^/?]+)(?:\/([^?]*))?/,
    (_, start: string, path: string | undefined) =>
      `${start}/${path === undefined || path === "" ? "furrow" : path}_conformance_${name}`,
  );
}

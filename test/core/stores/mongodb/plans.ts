import type { Db, Document } from "mongodb";

/** What a server did for one command: on which collection, and whether it walked through all of it. */
export interface Done {
  collection: string;
  plan: string;
  isCount: boolean;
  command: string;
}

/** Everything that the database was asked for while `work` ran, as its profiler saw it. */
export async function doneDuring(db: Db, work: () => Promise<unknown>): Promise<Done[]> {
  await db.command({ profile: 2 });
  try {
    await work();
  } finally {
    await db.command({ profile: 0 });
  }
  const profile = db.collection("system.profile");
  const seen = await profile.find({ planSummary: { $exists: true }, ns: { $not: /\.system\./ } }).toArray();
  await profile.drop();
  return seen.map(({ ns, planSummary, command }) => ({
    collection: String(ns).slice(String(ns).indexOf(".") + 1),
    plan: String(planSummary),
    isCount: (command as Document)["aggregate"] !== undefined,
    command: JSON.stringify(command as Document),
  }));
}

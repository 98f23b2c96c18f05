import type { Db, Document } from "mongodb";

/** What a server did for one command: on which collection, and whether it walked through all of it. */
export interface Done {
  collection: string;
  plan: string;
  isCount: boolean;
  /** How many documents it looked at. */
  examined: number;
  /** How many documents it changed or removed. */
  changed: number;
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
  return seen.map(({ ns, planSummary, command, docsExamined, nModified, ndeleted }) => ({
    collection: String(ns).slice(String(ns).indexOf(".") + 1),
    plan: String(planSummary),
    examined: Number(docsExamined),
    isCount: (command as Document)["aggregate"] !== undefined,
    changed: Number(nModified ?? ndeleted ?? 0),
    command: JSON.stringify(command as Document),
  }));
}

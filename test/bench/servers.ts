import { ReplicaSet } from "../mongod/replica-set.js";
import { databaseNamed, dropDatabase } from "../mongod/mongodb.js";
import { cpuOf, type Measured } from "./process.js";

/** A replica set of our own, and its servers as one process. */
export interface Servers extends Pick<Measured, "cpu"> {
  /** Does `work` with the address of a database that is new, and gone afterwards. */
  fresh<T>(name: string, work: (url: string) => Promise<T>): Promise<T>;
}

/** Does `work` with a replica set of so many members, which is gone afterwards. */
export async function onServers<T>(members: number, work: (servers: Servers) => Promise<T>): Promise<T> {
  const set = await ReplicaSet.start(members);
  try {
    return await work({
      cpu: () => set.members.reduce((sum, { pid }) => sum + cpuOf(pid), 0),
      async fresh(name, use) {
        const url = databaseNamed(name, set.url);
        const answer = await use(url);
        await dropDatabase(url);
        return answer;
      },
    });
  } finally {
    await set.stop();
  }
}

import { MongoServerError, ReadConcern, type Db, type Document } from "mongodb";
import type { Log } from "../../contracts/log.js";
import type { Duration } from "../../contracts/model.js";

/** Ours do nothing but ask the database: one that waits for its process as long has lost it, or is better begun again. */
const idleFor: Duration = 5_000;
const unauthorized = 13;

/**
 * Transactions that a process left open when it died or froze: everybody who touches what they touched would have to wait for the minute
 * after which the server ends them itself.
 */
export function stuckTransactions(db: Db, log: Log, idle = idleFor): { end(): Promise<void> } {
  // Of operations, nothing else can be told.
  const admin = db.client.db("admin", { readConcern: new ReadConcern("local") });
  let isForbidden = false;

  return {
    async end() {
      if (isForbidden) return;
      try {
        const found = await admin
          .aggregate<Document & { lsid: { id: unknown } }>([
            { $currentOp: { idleSessions: true, allUsers: false } },
            { $match: { appName: { $regex: "^furrow" }, "transaction.timeInactiveMicros": { $gte: idle * 1_000 } } },
          ])
          .toArray();
        if (found.length === 0) return;
        await admin.command({ killSessions: found.map(({ lsid }) => ({ id: lsid.id })) });
        log.warn({ transactions: found.length }, "Transactions that their process had left open were ended");
      } catch (cause) {
        if (!(cause instanceof MongoServerError) || cause.code !== unauthorized) throw cause;
        isForbidden = true;
        log.warn(
          { error: cause },
          "The database lets us not see our own transactions: those of a dead process end after a minute",
        );
      }
    },
  };
}

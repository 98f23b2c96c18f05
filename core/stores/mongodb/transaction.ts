import { setTimeout as pause } from "node:timers/promises";
import {
  MongoError,
  MongoErrorLabel,
  ReadConcern,
  ReadPreference,
  type ClientSession,
  type MongoClient,
} from "mongodb";
import type { Duration } from "../../contracts/model.js";
import { isDuplicate } from "./errors.js";

/** How long a transaction is tried again. */
const patience: Duration = 15_000;
/** A unique value that was free in our snapshot is there by now. Not for ever: it may be one that we write twice ourselves. */
const duplicates = 5;

const options = {
  readConcern: new ReadConcern("snapshot"),
  readPreference: ReadPreference.primary,
  writeConcern: { w: "majority", journal: true, wtimeoutMS: 10_000 },
} as const;

/** Runs `work` in a transaction. It may run several times, and touches nothing but the database, each time with the session it is given. */
export type Transaction = <T>(work: (session: ClientSession) => Promise<T>) => Promise<T>;

/**
 * Transactions of `client`. One that meets another's is tried again for 15 seconds, also when it met a unique value that another has
 * brought in the meantime; a commit whose answer got lost is asked for again.
 */
export function transactionsOf(client: Pick<MongoClient, "startSession">): Transaction {
  return async (work) => {
    const until = performance.now() + patience;
    for (let tries = 1; ; tries++) {
      const session = client.startSession();
      try {
        session.startTransaction(options);
        const value = await work(session);
        await commit(session, until);
        return value;
      } catch (cause) {
        if (session.inTransaction()) await session.abortTransaction().catch(() => undefined);
        if (!isWorthRetrying(cause, tries) || performance.now() > until) throw cause;
      } finally {
        await session.endSession();
      }
      await pause(Math.random() * Math.min(5 * 2 ** tries, 250));
    }
  };
}

async function commit(session: ClientSession, until: number): Promise<void> {
  for (;;) {
    try {
      return await session.commitTransaction();
    } catch (cause) {
      const isLost = hasLabel(cause, MongoErrorLabel.UnknownTransactionCommitResult);
      if (!isLost || performance.now() > until) throw cause;
      await pause(Math.random() * 100);
    }
  }
}

function isWorthRetrying(cause: unknown, tries: number): boolean {
  if (hasLabel(cause, MongoErrorLabel.TransientTransactionError)) return true;
  return isDuplicate(cause) && tries < duplicates;
}

function hasLabel(cause: unknown, label: MongoErrorLabel): boolean {
  return cause instanceof MongoError && cause.hasErrorLabel(label);
}

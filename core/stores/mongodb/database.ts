import type { Collection, Db, Document } from "mongodb";
import { StoreUnavailable } from "../../contracts/errors.js";
import type { Duration } from "../../contracts/model.js";
import { connect, type Connection } from "./connection.js";
import type * as documents from "./documents.js";
import { storeError } from "./errors.js";
import { inTime } from "./in-time.js";
import { transactionsOf, type Transaction } from "./transaction.js";

/** After as long an answer does not matter to anybody any more. The driver's own limits do not hold in every fail-over. */
const answersWithin: Duration = 26_000;

/** One database of a replica set, with a client of its own. */
export interface Database {
  readonly db: Db;
  readonly contacts: Collection<documents.ContactDocument>;
  readonly suppressions: Collection<documents.SuppressionDocument>;
  readonly sequences: Collection<documents.SequenceDocument>;
  readonly sequenceVersions: Collection<documents.SequenceVersionDocument>;
  readonly executions: Collection<documents.ExecutionDocument>;
  readonly sendings: Collection<documents.SendingDocument>;
  readonly answers: Collection<documents.AnswerDocument>;
  readonly outbox: Collection<documents.OutboxDocument>;
  readonly pausedChannels: Collection<documents.PausedChannelDocument>;
  readonly apiKeys: Collection<documents.ApiKeyDocument>;
  readonly secrets: Collection<documents.SecretDocument>;
  readonly inbox: Collection<documents.InboxDocument>;
  readonly refused: Collection<documents.RefusedDocument>;
  readonly entities: Collection<documents.EntityDocument>;
  readonly started: Collection<documents.StartedDocument>;
  readonly sourceStates: Collection<documents.SourceStateDocument>;
  readonly transaction: Transaction;
  /**
   * The same operations, each of which ends within 26 seconds: with `StoreUnavailable` when the database did not answer, or cannot now.
   * What was not answered may have been written.
   */
  guarded<Part extends object>(part: Part): Part;
  close(): Promise<void>;
}

/** As {@link connect}. */
export async function openDatabase(url: string): Promise<Database> {
  try {
    return databaseOf(await connect(url));
  } catch (cause) {
    throw storeError(cause);
  }
}

function databaseOf({ client, db }: Connection): Database {
  let closed = false;
  // Asked again after an operation, during which somebody may have closed it.
  const hasClosed = () => closed;
  const of = <D extends Document>(name: string) => db.collection<D>(name);

  async function answered<T>(work: () => Promise<T>): Promise<T> {
    if (hasClosed()) throw isClosed();
    try {
      return await inTime(answersWithin, work);
    } catch (cause) {
      throw hasClosed() ? isClosed(cause) : storeError(cause);
    }
  }

  return {
    db,
    contacts: of("contacts"),
    suppressions: of("suppressions"),
    sequences: of("sequences"),
    sequenceVersions: of("sequenceVersions"),
    executions: of("executions"),
    sendings: of("sendings"),
    answers: of("answers"),
    outbox: of("outbox"),
    pausedChannels: of("pausedChannels"),
    apiKeys: of("apiKeys"),
    secrets: of("secrets"),
    inbox: of("inbox"),
    refused: of("refused"),
    entities: of("entities"),
    started: of("started"),
    sourceStates: of("sourceStates"),
    transaction: transactionsOf(client),

    guarded<Part extends object>(part: Part): Part {
      const operations = Object.entries(part) as [string, (...values: unknown[]) => Promise<unknown>][];
      const all = operations.map(([name, operation]) => [
        name,
        (...values: unknown[]) => answered(() => operation(...values)),
      ]);
      return Object.fromEntries(all) as Part;
    },

    async close() {
      closed = true;
      await client.close();
    },
  };
}

function isClosed(cause?: unknown): StoreUnavailable {
  return new StoreUnavailable("The store is closed", { cause });
}

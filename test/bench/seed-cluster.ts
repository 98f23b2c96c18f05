import { randomBytes } from "node:crypto";
import { MongoClient, ObjectId, type Document } from "mongodb";
import { systemIds } from "../../core/system/ids.js";

/** Sendings that wait: `size` of each execution, whose times are `apart` milliseconds from each other. */
export interface Waiting {
  /** Of their addresses: `name-0@bench.example`, and so on. */
  name: string;
  sendings: number;
  size: number;
  /** When the first execution is due. */
  from: number;
  apart: number;
}

export interface Seed {
  waiting(wanted: Waiting): Promise<void>;
  close(): Promise<void>;
}

/** So many documents are written at once. */
const lot = 5_000;
/** If it is cut short the database is thrown away. */
const careless = { ordered: false, writeConcern: { w: 1, j: false } };

/** Copies the one sending that waits in a database, with its person, execution and alarm. No program uses it meanwhile. */
export function seedCluster(url: string): Seed {
  const client = new MongoClient(url);
  const db = client.db();

  async function original(collection: string, filter: Document): Promise<Document> {
    const found = await db.collection(collection).findOne(filter);
    if (!found) throw new Error(`There is nothing to copy in ${collection}`);
    return found;
  }

  async function insert(collection: string, documents: Document[]): Promise<void> {
    if (documents.length > 0) await db.collection(collection).insertMany(documents, careless);
  }

  return {
    async waiting({ name, sendings: count, size, from, apart }) {
      const sending = await original("sendings", { state: "open" });
      const contact = await original("contacts", { _id: sending["contactId"] });
      const execution = await original("executions", { _id: sending["executionId"] });
      const job = await original("jobs", { key: sending["executionId"] });

      for (let first = 0; first < count; first += lot) {
        const [contacts, executions, sendings, jobs]: Document[][] = [[], [], [], []];
        for (let at = first; at < Math.min(first + lot, count); at++) {
          const dueAt = Math.floor(from + Math.floor(at / size) * apart);
          if (at % size === 0) {
            const _id = systemIds.next();
            executions?.push({ ...execution, _id, dueAt, contactsProcessed: size, sendingsCreated: size });
            jobs?.push({ ...job, _id: new ObjectId(), key: _id, data: { id: _id }, nextRunAt: new Date(dueAt) });
          }
          const email = `${name}-${at}@bench.example`;
          const _id = systemIds.next();
          const executionId = executions?.at(-1)?.["_id"] as string;
          contacts?.push({ ...contact, _id, email, search: email, addressHash: randomBytes(32).toString("hex") });
          sendings?.push({ ...sending, _id: systemIds.next(), executionId, contactId: _id, dueAt });
        }
        await Promise.all([
          insert("contacts", contacts ?? []),
          insert("executions", executions ?? []),
          insert("sendings", sendings ?? []),
          insert("jobs", jobs ?? []),
        ]);
      }
    },

    close: () => client.close(),
  };
}

import { MongoClient } from "mongodb";
import type { SendingDocument } from "../../../core/stores/mongodb/documents.js";

/** Looks into the database while the cluster works, with a client of its own. */
export class Books {
  private readonly client: MongoClient;

  constructor(url: string) {
    this.client = new MongoClient(url, { serverSelectionTimeoutMS: 10_000 });
  }

  /** The sendings that are due, and of which nobody knows how they end. */
  async due(): Promise<string[]> {
    const due = { state: "open" as const, parkedOn: null, dueAt: { $lte: Date.now() } };
    const found = await this.sendings.find(due, { projection: { _id: 1 } }).toArray();
    return found.map(({ _id }) => _id);
  }

  /** How many of these are still open. */
  open(ids: readonly string[]): Promise<number> {
    return this.sendings.countDocuments({ _id: { $in: [...ids] }, state: "open" });
  }

  async count(collection: string, filter: object = {}): Promise<number> {
    return this.client.db().collection(collection).countDocuments(filter);
  }

  close(): Promise<void> {
    return this.client.close();
  }

  private get sendings() {
    return this.client.db().collection<SendingDocument>("sendings");
  }
}

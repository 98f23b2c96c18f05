import { MongoClient } from "mongodb";
import { systemIds } from "../../../core/system/ids.js";
import { now } from "../clock.js";
import type { Figures } from "../figures.js";
import { perSecond } from "../phases.js";
import type { Measured } from "../process.js";

const size = 100;
const parallel = 4;

interface Attempt {
  _id: string;
  sendingId: string;
  stepId: string;
  channel: string;
  status: string;
  at: number;
}

/**
 * The least that a ledger writes for each mail, and nothing else: an attempt is inserted, settled, and its sending moved; a hundred at once,
 * four times side by side, each write waiting for the majority. `cpu`: microseconds a mail of the database.
 */
export async function ledgerFloor(url: string, database: Pick<Measured, "cpu">, mails: number): Promise<Figures> {
  const client = await new MongoClient(url, { writeConcern: { w: "majority", journal: true } }).connect();
  try {
    const attempts = client.db().collection<Attempt>("attempts");
    const sendings = client
      .db()
      .collection<{ _id: string; step: number; dueAt: number; updatedAt: number }>("sendings");
    const batches = Array.from({ length: Math.ceil(mails / size) }, () =>
      Array.from({ length: size }, () => systemIds.next()),
    );
    await sendings.insertMany(batches.flat().map((_id) => ({ _id, step: 0, dueAt: 0, updatedAt: 0 })));
    await attempts.createIndex({ sendingId: 1 });

    const carry = async (ids: readonly string[]): Promise<void> => {
      const at = Date.now();
      const calls = ids.map((sendingId) => ({ _id: systemIds.next(), sendingId }));
      const said = { stepId: "one", channel: "email", status: "calling", at };
      await attempts.insertMany(
        calls.map((call) => ({ ...call, ...said })),
        { ordered: false },
      );
      const settled = { $set: { status: "accepted", endedAt: at, providerId: "as long as an id" } };
      await attempts.bulkWrite(
        calls.map(({ _id }) => ({ updateOne: { filter: { _id, status: "calling" }, update: settled } })),
        { ordered: false },
      );
      const moved = { $set: { dueAt: at, updatedAt: at }, $inc: { step: 1 } };
      await sendings.bulkWrite(
        ids.map((_id) => ({ updateOne: { filter: { _id }, update: moved } })),
        { ordered: false },
      );
    };

    const cpuBefore = database.cpu();
    const from = now();
    const left = [...batches];
    const carrier = async (): Promise<void> => {
      for (let next = left.pop(); next; next = left.pop()) await carry(next);
    };
    await Promise.all(Array.from({ length: parallel }, carrier));
    const count = batches.length * size;
    return { mails: perSecond(count, now() - from), cpu: (database.cpu() - cpuBefore) / count };
  } finally {
    await client.close();
  }
}

import type { ClientSession } from "mongodb";
import type { ChannelState, Instant } from "../../contracts/model.js";
import type { Channels } from "../../contracts/store.js";
import type { Database } from "./database.js";
import type { PausedChannelDocument } from "./documents.js";
import { makeDue } from "./due.js";

/** How many sendings one transaction lets go. */
const atOnce = 200;

export function mongodbChannels(database: Database): Channels {
  const { pausedChannels, sendings } = database;

  return {
    async get(name) {
      const paused = await pausedChannels.findOne({ _id: { $eq: name } });
      if (!paused) return { name, state: "ok", reason: null, since: null, probeAt: null };
      const { reason, since, probeAt } = paused;
      return { name, state: "paused", reason, since, probeAt } satisfies ChannelState;
    },

    async pause(name, reason, probeAt, now) {
      const latest = { $set: { reason, probeAt }, $setOnInsert: { since: now } };
      await pausedChannels.updateOne({ _id: { $eq: name } }, latest, { upsert: true });
    },

    async resume(name, now) {
      await pausedChannels.deleteOne({ _id: { $eq: name } });
      const parked = sendings.find({ parkedOn: { $eq: name } }, { projection: { executionId: 1 } });
      const found = await parked.toArray();
      for (let from = 0; from < found.length; from += atOnce) {
        await letGo(database, name, found.slice(from, from + atOnce), now);
      }
    },

    async probe(name, now, next) {
      const due = { _id: { $eq: name }, probeAt: { $lte: now } };
      // Most calls find nothing to do, and need no transaction.
      if ((await pausedChannels.findOne(due)) === null) return null;
      return database.transaction(async (session) => {
        const paused = await pausedChannels.findOne(due, { session });
        return paused && probe(database, session, paused, now, next);
      });
    },
  };
}

/** Of many sendings some may go before others: a sweep comes back for those that a crash leaves behind. */
function letGo(
  database: Database,
  name: string,
  parked: readonly { _id: string; executionId: string }[],
  now: Instant,
): Promise<void> {
  return database.transaction(async (session) => {
    const those = { _id: { $in: parked.map(({ _id }) => _id) }, parkedOn: { $eq: name } };
    const free = { $set: { parkedOn: null, reason: null, dueAt: now, updatedAt: now }, $inc: { revision: 1 } };
    await database.sendings.updateMany(those, free, { session });
    await makeDue(database, [...new Set(parked.map(({ executionId }) => executionId))], now, { session });
  });
}

/** The sending that goes ahead keeps its reason: it is still its channel's pause that decides about it. */
async function probe(
  database: Database,
  session: ClientSession,
  { _id: name }: PausedChannelDocument,
  now: Instant,
  next: Instant,
): Promise<string | null> {
  const { sendings, sequences, pausedChannels } = database;
  const held = await sequences.find({ status: "paused" }, { projection: { _id: 1 }, session }).toArray();
  const first = await sendings.findOne(
    { parkedOn: { $eq: name }, sequenceId: { $nin: held.map(({ _id }) => _id) } },
    { sort: { dueAt: 1, _id: 1 }, projection: { executionId: 1 }, session },
  );
  if (!first) return null;
  await pausedChannels.updateOne({ _id: { $eq: name } }, { $set: { probeAt: next } }, { session });
  const free = { $set: { parkedOn: null, dueAt: now, updatedAt: now }, $inc: { revision: 1 } };
  await sendings.updateOne({ _id: first._id }, free, { session });
  await makeDue(database, [first.executionId], now, { session });
  return first.executionId;
}

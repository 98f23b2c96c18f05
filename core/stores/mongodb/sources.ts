import type { EventStatus } from "../../contracts/inbox.js";
import type { Instant } from "../../contracts/model.js";
import type { SourceCounts, SourceState } from "../../contracts/store.js";
import type { Database } from "./database.js";
import { idOf } from "./documents.js";

interface Group {
  _id: EventStatus;
  events: number;
  last: Instant;
}

export async function sourceCounts(
  { inbox, refused }: Database,
  organization: string,
  source: string,
): Promise<SourceCounts> {
  const those = { organization: { $eq: organization }, source: { $eq: source } };
  const group = { _id: "$status", events: { $sum: 1 }, last: { $max: "$receivedAt" } };
  const newestDead = { projection: { notes: { $slice: -1 } }, sort: { receivedAt: -1, _id: -1 } } as const;
  const [groups, requests, dead] = await Promise.all([
    inbox.aggregate<Group>([{ $match: those }, { $group: group }]).toArray(),
    refused.countDocuments(those),
    inbox.findOne({ ...those, status: "dead" }, newestDead),
  ]);
  const of = (status: EventStatus) => groups.find(({ _id }) => _id === status)?.events ?? 0;
  return {
    received: groups.reduce((sum, { events }) => sum + events, 0),
    processed: of("processed"),
    ignored: of("ignored"),
    dead: of("dead"),
    refused: requests,
    waiting: of("received"),
    lastEventAt: groups.length > 0 ? Math.max(...groups.map(({ last }) => last)) : null,
    lastError: dead?.notes.at(-1) ?? null,
  };
}

export async function sourceState(
  { sourceStates }: Database,
  organization: string,
  source: string,
): Promise<SourceState | undefined> {
  return (await sourceStates.findOne({ _id: { $eq: idOf(organization, source) } }))?.state;
}

export async function setSourceState(
  { sourceStates }: Database,
  organization: string,
  source: string,
  state: SourceState,
  now: Instant,
): Promise<void> {
  const since = { $cond: [{ $eq: ["$state", state] }, "$since", now] };
  await sourceStates.updateOne({ _id: { $eq: idOf(organization, source) } }, [{ $set: { state, since } }], {
    upsert: true,
  });
}

import type { Document } from "mongodb";
import type { Log } from "../../contracts/log.js";
import type { Duration } from "../../contracts/model.js";
import {
  newWindows,
  quotaOf,
  type CountCall,
  type Quota,
  type RateLimits,
  type Windows,
} from "../../contracts/quotas.js";
import type { Database } from "./database.js";

/** Nobody's call waits longer for being counted. */
const patience: Duration = 1_000;
/** For so long after a failure the database is not asked. */
const pause: Duration = 1_000;

/** How often an organization has called, of all nodes. Times are the database's. */
export interface RateLimitDocument {
  /** The organization. */
  _id: string;
  minute: { startedAt: Date; used: number };
  hour: { startedAt: Date; used: number };
  /** Of the lot that was counted last, how many were within the limits. */
  granted: number;
  now: Date;
  /** From then on it says nothing any more, and is removed. */
  expires: Date;
}

export interface RateLimitParts {
  limits: RateLimits;
  /** This process's own count, of every call: it decides while the database is away. */
  local: (organization: string) => Quota;
  log: Log;
}

/** Counts calls per organization for all nodes together. Calls that come while a count is under way are counted together by the next one. */
export function mongodbRateLimit({ db }: Database, { limits, local, log }: RateLimitParts): CountCall {
  // It may be lost in a fail-over: then a few calls more are let in.
  const collection = db.collection<RateLimitDocument>("rateLimits", { writeConcern: { w: 1 } });
  const lots = new Map<string, { size: number; counted: Promise<RateLimitDocument | undefined> }>();
  const writing = new Map<string, Promise<unknown>>();
  let awayUntil = -Infinity;
  let isAway = false;

  async function count(organization: string, lot: { size: number }): Promise<RateLimitDocument | undefined> {
    await writing.get(organization);
    lots.delete(organization);
    const counting = counted(organization, lot.size);
    writing.set(organization, counting);
    const document = await counting;
    if (writing.get(organization) === counting) writing.delete(organization);
    return document;
  }

  async function counted(organization: string, calls: number): Promise<RateLimitDocument | undefined> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`No answer within ${patience} ms`)), patience);
    });
    try {
      const update = collection.findOneAndUpdate({ _id: { $eq: organization } }, counting(limits, calls), {
        upsert: true,
        returnDocument: "after",
      });
      const document = await Promise.race([update, late]);
      isAway = false;
      return document ?? undefined;
    } catch (cause) {
      if (!isAway) log.warn({ error: cause as Error }, "Calls cannot be counted for all nodes: each counts its own");
      isAway = true;
      awayUntil = performance.now() + pause;
      return undefined;
    } finally {
      clearTimeout(timer);
    }
  }

  return async (organization) => {
    const own = local(organization);
    if (performance.now() < awayUntil) return own;
    let lot = lots.get(organization);
    if (!lot) {
      const begun = { size: 0 };
      lot = Object.assign(begun, { counted: count(organization, begun) });
      lots.set(organization, lot);
    }
    const place = lot.size++;
    const document = await lot.counted;
    return document ? quotaAt(document, limits, place) : own;
  };
}

/** Counts as many of `calls` as both windows take. */
function counting({ perMinute, perHour }: RateLimits, calls: number): Document[] {
  const current = (name: string, length: Duration): Document => ({
    $cond: [
      {
        // A clock that was set back must not lock anybody out for longer than a window.
        $and: [
          { $lte: [`$${name}.startedAt`, "$$NOW"] },
          { $gt: [`$${name}.startedAt`, { $subtract: ["$$NOW", length] }] },
        ],
      },
      `$${name}`,
      { startedAt: "$$NOW", used: 0 },
    ],
  });
  const left = (name: string, limit: number): Document => ({ $max: [0, { $subtract: [limit, `$${name}.used`] }] });
  const used = (name: string): Document => ({ $add: [`$${name}.used`, "$granted"] });
  return [
    { $set: { minute: current("minute", 60_000), hour: current("hour", 3_600_000) } },
    { $set: { granted: { $min: [calls, left("minute", perMinute), left("hour", perHour)] } } },
    { $set: { minute: { used: used("minute") }, hour: { used: used("hour") }, now: "$$NOW" } },
    { $set: { expires: { $add: ["$hour.startedAt", 3_600_000] } } },
  ];
}

/** Where the call stands that was the `place`-th of its lot. */
function quotaAt({ minute, hour, granted, now }: RateLimitDocument, limits: RateLimits, place: number): Quota {
  const windows: Windows = newWindows(limits, now.getTime());
  const later = Math.max(0, granted - place - 1);
  for (const [index, { startedAt, used }] of [minute, hour].entries()) {
    Object.assign(windows[index] ?? {}, { startedAt: startedAt.getTime(), used: used - later });
  }
  return quotaOf(windows, place >= granted, now.getTime());
}

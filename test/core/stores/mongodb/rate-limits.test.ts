import type { Test } from "tap";
import type { Quota } from "../../../../core/contracts/quotas.js";
import { openDatabase } from "../../../../core/stores/mongodb/database.js";
import { mongodbRateLimit, type RateLimitDocument } from "../../../../core/stores/mongodb/rate-limits.js";
import { until } from "../../../../core/contracts/suites/jobs-parts.js";
import { keptLog, onGround, openGround } from "./cluster.js";

/** One node's count, and what its own count would be. */
async function nodeOf(t: Test, perMinute: number, perHour: number) {
  const { url } = await openGround();
  const database = await openDatabase(url);
  t.teardown(() => database.close());
  const log = keptLog();
  let own = 0;
  const local = (): Quota => ({ limit: 99, remaining: 99 - ++own, resetAt: 1, refused: null });
  const count = mongodbRateLimit(database, { limits: { perMinute, perHour }, local, log });
  const call = async (organization = "acme"): Promise<Quota> => count(organization);
  return {
    call,
    log,
    database,
    documents: database.db.collection<RateLimitDocument>("rateLimits", { readConcern: { level: "local" } }),
  };
}

onGround("calls of all nodes are counted together, and what is over the limit is not counted", async (t) => {
  const [a, b] = [await nodeOf(t, 4, 10), await nodeOf(t, 4, 10)];
  const first = await a.call();
  t.match(first, { limit: 4, remaining: 3, refused: null });
  t.ok(Math.abs(first.resetAt - Date.now() - 60_000) < 5_000);
  t.match(await b.call(), { limit: 4, remaining: 2, resetAt: first.resetAt, refused: null });
  await a.call();
  t.match(await b.call(), { remaining: 0, refused: null });
  const over = await a.call();
  t.match(over, { limit: 4, remaining: 0, resetAt: first.resetAt, refused: { window: "minute" } });
  t.ok(over.refused!.retryAfter > 50 && over.refused!.retryAfter <= 60);
  t.match(await a.call("another"), { remaining: 3, refused: null });
  t.match(await a.documents.findOne({ _id: "acme" }), { minute: { used: 4 }, hour: { used: 4 }, expires: Date });
});

onGround("many calls at once are counted in few writes, each in its place", async (t) => {
  const nodes = [await nodeOf(t, 150, 1_000), await nodeOf(t, 150, 1_000)];
  const quotas = await Promise.all(Array.from({ length: 200 }, (_, n) => nodes[n % 2]!.call()));
  const allowed = quotas.filter(({ refused }) => !refused);
  t.equal(allowed.length, 150);
  t.same(
    new Set(allowed.map(({ remaining }) => remaining)),
    new Set(Array.from({ length: 150 }, (_, n) => n)),
    "no two were told the same",
  );
  t.ok(quotas.filter(({ refused }) => refused).every(({ remaining }) => remaining === 0));
});

onGround("a window that has ended begins anew with the next call; the hour goes on", async (t) => {
  const { call, documents } = await nodeOf(t, 1, 2);
  await call();
  t.match(await call(), { refused: { window: "minute" } });
  await documents.updateOne({ _id: "acme" }, { $set: { "minute.startedAt": new Date(Date.now() - 60_001) } });
  t.match(await call(), { remaining: 0, refused: null });
  await documents.updateOne({ _id: "acme" }, { $set: { "minute.startedAt": new Date(Date.now() - 60_001) } });
  const over = await call();
  t.match(over, { limit: 2, refused: { window: "hour" } });
  t.ok(over.refused!.retryAfter > 3_500);
  await documents.updateOne({ _id: "acme" }, { $set: { "hour.startedAt": new Date(Date.now() + 90_000) } });
  t.match(await call(), { refused: null }, "a window from the future is none");
});

onGround("while the database is away each node counts its own, and says so once", async (t) => {
  const { call, log, database } = await nodeOf(t, 1, 5);
  await call();
  t.match(await call(), { refused: { window: "minute" } });
  await database.close();
  t.match(await call(), { limit: 99, remaining: 96, refused: null });
  t.match(await call(), { limit: 99, remaining: 95, refused: null });
  const from = Date.now();
  await until(() => Date.now() - from > 1_100);
  t.match(await call(), { limit: 99, remaining: 94 }, "it was asked again");
  t.match(log.lines, [{ level: "warn", message: /each counts its own/ }]);
});

import "reflect-metadata";
import t, { type Test } from "tap";
import { StoreUnavailable, Unauthorized } from "../../../core/contracts/errors.js";
import type { LoadedSource } from "../../../core/contracts/source.js";
import { Doors } from "../../../core/pipeline/doors.js";
import { Receive } from "../../../core/pipeline/receive.js";
import { SourceDesk } from "../../../core/pipeline/source-desk.js";
import { SourceStates } from "../../../core/pipeline/source-states.js";
import { openSqliteStore } from "../../../core/stores/sqlite/sqlite-store.js";
import { FakeClock } from "../../fakes/clock.js";
import { FakeIds } from "../../fakes/ids.js";
import { FakeLog } from "../../fakes/log.js";
import { FakeScheduler } from "../../fakes/scheduler.js";
import { fakeSource, listConnector, requestOf, sourcesOf } from "./fake-source.js";

const pages = { page: 1, limit: 100 };

async function door(t: Test, source: LoadedSource = fakeSource()) {
  const store = await openSqliteStore({ file: ":memory:" });
  t.teardown(() => store.close());
  const [clock, ids, log] = [new FakeClock(), new FakeIds(), new FakeLog()];
  const [scheduler, sources] = [new FakeScheduler(clock), sourcesOf(source)];
  const states = new SourceStates(store, sources, clock);
  const doors = new Doors(clock);
  const receive = new Receive(store, scheduler, sources, clock, ids, log, states, doors);
  const desk = new SourceDesk(store, scheduler, sources, clock, states);
  const post = (...args: Parameters<typeof requestOf>) => receive.run(source, requestOf(...args), "192.0.2.1");
  const refused = async () => (await store.inbox.refused("acme", "shop", pages)).items;
  const events = async () => (await store.inbox.list("acme", {}, pages)).items;
  return { store, clock, log, scheduler, receive, desk, source, post, refused, events };
}

t.test("a stopped source answers 503, and keeps nothing", async (t) => {
  const { post, events } = await door(t, fakeSource({ status: "stopped" }));
  t.match(await post(["1"]), { status: 503, headers: { "retry-after": "300" } });
  t.same(await events(), []);
});

t.test("a handshake is answered before anything is proven", async (t) => {
  const { post, refused } = await door(t);
  t.same(await post([], { "x-ping": "1", "x-proof": "bad_signature" }), { status: 204 });
  t.same(await refused(), []);
});

t.test("what is not let in is kept with its reason, without its secrets", async (t) => {
  const { post, refused } = await door(t);
  for (const reason of ["missing_signature", "bad_signature", "stale"]) {
    t.same(await post([], { "x-proof": reason }), { status: 401, body: JSON.stringify({ error: reason }) });
  }
  t.equal((await post("{")).status, 400);
  t.strictSame((await refused()).map(({ reason, remote, headers }) => [reason, remote, headers]).sort(), [
    ["bad_signature", "192.0.2.1", {}],
    ["malformed", "192.0.2.1", {}],
    ["missing_signature", "192.0.2.1", {}],
    ["stale", "192.0.2.1", {}],
  ]);
});

t.test("thirty refused requests of a minute are kept, and all are answered", async (t) => {
  const { post, refused } = await door(t);
  for (let knock = 0; knock < 40; knock++) t.equal((await post("{")).status, 400);
  t.equal((await refused()).length, 30);
  await post("{", {}, 120_000);
  t.equal((await refused()).length, 31);
});

t.test("a connector that stumbles has not read the request, wherever it stumbles", async (t) => {
  for (const ability of ["verify", "receive"] as const) {
    for (const thrown of [new TypeError("x is undefined"), { name: "Unauthorized", reason: "toString" }]) {
      const stumbles = () => {
        // eslint-disable-next-line @typescript-eslint/only-throw-error -- a connector from elsewhere may
        throw thrown;
      };
      const { post } = await door(t, fakeSource({ connector: { ...listConnector, [ability]: stumbles } }));
      t.same(await post(["1"]), { status: 400, body: '{"error":"malformed"}' });
    }
  }
});

t.test("a proof that is looked at later is waited for", async (t) => {
  const later = (() => Promise.reject(new Unauthorized("bad_signature"))) as unknown as typeof listConnector.verify;
  const { post } = await door(t, fakeSource({ connector: { ...listConnector, verify: later } }));
  t.match(await post(["1"]), { status: 401 });
});

t.test("every event of a post is kept once, and a redelivery is answered as the first", async (t) => {
  const { post, events, scheduler, clock } = await door(t);
  const received = { status: 200, body: '{"received":true}' };
  t.same(await post(["1", "2"], { "x-any": "as3cr3tb", "furrow-ended-delay": "0", "x-topic": "orders" }), received);
  t.same(await post(["1", "2"]), received);
  t.strictSame((await events()).map(({ deliveryId }) => deliveryId).sort(), ["1", "2"]);
  t.equal(scheduler.rings.get("intake:shop"), clock.now());
  const [event] = await events();
  t.strictSame([event?.headers, event?.query], [{ "x-topic": "orders" }, "shop=1"]);
});

t.test("an event without an id is a new one each time, and no event is none", async (t) => {
  const { post, events } = await door(t);
  for (const ids of [[""], [""], []]) t.equal((await post(ids)).status, 200);
  t.equal((await events()).length, 2);
});

t.test("a paused source keeps and does not ring; once it runs, it is rung", async (t) => {
  const { post, events, desk, scheduler } = await door(t);
  t.match(await desk.setStatus("acme", "shop", "paused"), { status: "paused" });
  t.equal((await post(["1"])).status, 200);
  t.equal((await events()).length, 1);
  t.equal(scheduler.rings.size, 0);
  t.match(await desk.setStatus("acme", "shop", "running"), { status: "running", counts: { received: 1, waiting: 1 } });
  t.ok(scheduler.rings.has("intake:shop"));
});

t.test("a store that is away is told to who asked", async (t) => {
  const { store, post } = await door(t);
  store.inbox.accept = () => Promise.reject(new StoreUnavailable("locked"));
  await t.rejects(post(["1"]), { name: "StoreUnavailable" });
});

t.test("an alarm that cannot be set is logged, and the event is kept", async (t) => {
  const { scheduler, post, log, events } = await door(t);
  scheduler.schedule = () => Promise.reject(new Error("no alarms"));
  t.equal((await post(["1"])).status, 200);
  t.match(log.lines, [{ level: "warn", fields: { source: "shop" } }]);
  t.equal((await events()).length, 1);
});

t.test("other organizations see no sources", async (t) => {
  const { desk } = await door(t);
  t.match(await desk.list("acme"), [{ name: "shop", use: "orders", connector: "list", status: "running" }]);
  t.same(await desk.list("other"), []);
  await t.rejects(desk.get("other", "shop"), { code: "NOT_FOUND" });
  await t.rejects(desk.setStatus("acme", "nowhere", "paused"), { code: "NOT_FOUND" });
});

import { test } from "tap";
import { scopes } from "../../../core/contracts/scopes.js";
import { api } from "./api.js";
import { apiKey, KEY, NOW } from "./parts.js";

const key = (letter: string): string => `dem_${letter.repeat(43)}`;

test("contract §2: who asks", async (t) => {
  const { call, store } = await api(t);
  await store.keys.create(apiKey(key("e"), { expiresAt: NOW }));
  await store.keys.create(apiKey(key("r")));
  await store.keys.revoke("default", apiKey(key("r")).id);
  const cases: [string, Record<string, string>, number, string][] = [
    ["no key", {}, 401, "MISSING_API_KEY"],
    ["without dem_", { "x-api-key": "abc" }, 401, "INVALID_API_KEY_FORMAT"],
    ["unknown", { "x-api-key": key("q") }, 401, "INVALID_API_KEY"],
    ["deactivated", { "x-api-key": key("r") }, 401, "INVALID_API_KEY"],
    ["expired", { "x-api-key": key("e") }, 401, "EXPIRED_API_KEY"],
    ["both and different", { "x-api-key": KEY, authorization: `Bearer ${key("e")}` }, 401, "INVALID_API_KEY"],
    ["X-API-Key", { "x-api-key": KEY }, 200, ""],
    ["Bearer", { authorization: `Bearer ${KEY}` }, 200, ""],
    ["both the same", { "x-api-key": KEY, authorization: `Bearer ${KEY}` }, 200, ""],
  ];
  for (const [name, headers, status, code] of cases) {
    const answer = await call("GET", "/contacts", undefined, { key: null, headers });
    t.equal(answer.status, status, name);
    t.equal(answer.body.error?.code ?? "", code, name);
    if (status === 401) t.equal(answer.headers["www-authenticate"], 'Bearer realm="furrow"');
  }
  const { error } = (await call("GET", "/contacts", undefined, { key: null })).body;
  t.match(error.message, /X-API-Key.*Authorization/);
});

test("contract §2: a body is not looked at before its caller is known", async (t) => {
  const { call } = await api(t);
  t.equal((await call("POST", "/contacts", undefined, { key: null, raw: "{" })).status, 401);
  t.equal((await call("POST", "/contacts", undefined, { key: null, raw: "x".repeat(6_000_000) })).status, 401);
});

test("contract §2: scopes, one by one", async (t) => {
  const { call, store } = await api(t);
  const id = "5e900000-0000-7000-8000-000000000009";
  const routes: [string, string, string][] = [
    ["GET", "/contacts", "contacts:read"],
    ["POST", "/contacts", "contacts:write"],
    ["GET", `/contacts/${id}`, "contacts:read"],
    ["PATCH", `/contacts/${id}`, "contacts:write"],
    ["DELETE", `/contacts/${id}`, "contacts:write"],
    ["GET", `/contacts/${id}/timeline`, "contacts:read"],
    ["POST", `/contacts/${id}/erase`, "contacts:write"],
    ["POST", `/sequences/${id}/execute`, "sequences:execute"],
    ["GET", "/sequences", "sequences:read"],
    ["GET", `/sequences/${id}`, "sequences:read"],
    ["GET", "/sendings", "sendings:read"],
    ["GET", `/sendings/${id}`, "sendings:read"],
    ["POST", `/sendings/${id}/cancel`, "sendings:write"],
    ["POST", `/sendings/${id}/retry`, "sendings:write"],
    ["POST", `/sendings/${id}/skip`, "sendings:write"],
    ["GET", `/executions/${id}`, "sendings:read"],
    ["POST", `/executions/${id}/cancel`, "sendings:write"],
    ["GET", "/outbox", "sendings:read"],
    ["GET", "/locations", "locations:read"],
    ["GET", "/employees", "employees:read"],
    ["GET", "/channels", "sendings:read"],
    ["PUT", "/channels/none/resume", "sendings:write"],
  ];
  const needed = [...new Set(routes.map(([, , scope]) => scope))];
  for (const [n, required] of needed.entries()) {
    const resource = `${required.split(":")[0]}:*`;
    const without = key(String.fromCharCode(65 + n));
    await store.keys.create(
      apiKey(without, { scopes: scopes.filter((scope) => scope !== required && scope !== resource) }),
    );
    const just = key(String.fromCharCode(97 + n));
    await store.keys.create(apiKey(just, { id: `${id.slice(0, -2)}${10 + n}`, scopes: [n % 2 ? required : resource] }));
    for (const [method, path, scope] of routes) {
      if (scope !== required) continue;
      const refused = await call(method, path, undefined, { key: without });
      t.match(
        refused,
        { status: 403, body: { error: { code: "INSUFFICIENT_PERMISSIONS", requiredScope: scope } } },
        `${method} ${path}`,
      );
      t.notOk(refused.body.error.details);
      const passed = await call(method, path, undefined, { key: just });
      t.ok(
        [200, 400, 404].includes(passed.status),
        `${method} ${path} passes with ${n % 2 ? required : resource}: ${passed.status}`,
      );
    }
  }
});

test("contract §2: rate limits", async (t) => {
  const { call, clock } = await api(t, { rateLimit: { perMinute: 3, perHour: 5 } });
  const limits = ({ headers }: { headers: Record<string, unknown> }) =>
    ["x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"].map((name) => headers[name]);
  t.same(
    limits(await call("GET", "/contacts", undefined, { key: key("q") })),
    [undefined, undefined, undefined],
    "unknown callers are not counted",
  );
  t.same(limits(await call("GET", "/contacts")), ["3", "2", String(NOW / 1000 + 60)]);
  t.same(limits(await call("GET", "/contacts?page=0")), ["3", "1", String(NOW / 1000 + 60)], "also on errors");
  t.equal((await call("GET", "/contacts/x")).headers["x-ratelimit-remaining"], "0");
  clock.time += 20_000;
  const refused = await call("GET", "/contacts");
  t.match(refused, {
    status: 429,
    body: { error: { code: "RATE_LIMIT_EXCEEDED", details: { retryAfter: 40, limit: 3, window: "minute" } } },
    headers: { "retry-after": "40", "x-ratelimit-remaining": "0" },
  });
  clock.time = NOW + 60_000;
  t.same(limits(await call("GET", "/contacts")), ["5", "1", String(NOW / 1000 + 3600)], "the hour is tighter now");
  await call("GET", "/contacts");
  t.match((await call("GET", "/contacts")).body.error.details, { window: "hour", limit: 5, retryAfter: 3540 });
  t.equal((await call("GET", "/health/live")).status, 200, "public routes are not counted");
});

test("calls that are counted for a whole cluster are told what the cluster says", async (t) => {
  const limits = { perMinute: 3, perHour: 5 };
  const asked: unknown[] = [];
  const { call } = await api(t, {
    rateLimit: limits,
    countTogether: (given, local) => async (organization) => {
      asked.push([given, organization, local(organization).remaining]);
      return Promise.resolve({
        limit: 3,
        remaining: 0,
        resetAt: NOW,
        refused: asked.length > 1 ? { window: "hour", retryAfter: 7 } : null,
      });
    },
  });
  t.match((await call("GET", "/contacts")).headers, { "x-ratelimit-remaining": "0", "x-ratelimit-limit": "3" });
  t.match(await call("GET", "/contacts"), { status: 429, headers: { "retry-after": "7" } });
  t.match(asked, [
    [limits, String, 2],
    [limits, String, 1],
  ]);
});

test("contract §2: all keys of an organization share one pool, and other organizations have their own", async (t) => {
  const { call, store } = await api(t, { rateLimit: { perMinute: 2, perHour: 100 } });
  await store.keys.create(apiKey(key("s")));
  await call("GET", "/contacts");
  await call("GET", "/contacts", undefined, { key: key("s") });
  t.equal((await call("GET", "/contacts")).status, 429);
  t.equal((await call("GET", "/contacts", undefined, { key: key("z") })).status, 200);
});

test("contract §2: limits are off unless they are set, and then no header speaks of them", async (t) => {
  const { call } = await api(t);
  t.notMatch(Object.keys((await call("GET", "/contacts")).headers).join(), /ratelimit/);
});

test("a revoked key is refused within two seconds, a used one is noted", async (t) => {
  const { call, store, clock } = await api(t);
  await call("GET", "/contacts");
  await new Promise(setImmediate);
  t.equal((await store.keys.list("default"))[0]?.lastUsedAt, NOW);
  await store.keys.revoke("default", apiKey(KEY).id);
  clock.time += 2_000;
  t.equal((await call("GET", "/contacts")).body.error.code, "INVALID_API_KEY");
});

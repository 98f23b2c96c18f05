import { test } from "tap";
import { StoreUnavailable } from "../../../core/contracts/errors.js";
import { scopes } from "../../../core/contracts/scopes.js";
import { authentication } from "../../../core/http/authentication.js";
import { apiKey, KEY, keptLog, keysOf, NOW, ORGANIZATION, setClock } from "./parts.js";

const OTHER = `dem_${"o".repeat(43)}`;

function subject(keys = keysOf(apiKey(KEY)), adminToken?: string) {
  const clock = setClock();
  const log = keptLog();
  return { keys, clock, log, ...authentication({ keys, clock, log, adminToken, organization: ORGANIZATION }) };
}

test("either header will do, and both when they agree", async (t) => {
  const { authenticate, keys } = subject();
  const [{ id } = apiKey(KEY)] = keys.all;
  for (const headers of [
    { "x-api-key": KEY },
    { authorization: `Bearer ${KEY}` },
    { authorization: `bearer   ${KEY} ` },
    { "x-api-key": KEY, authorization: `Bearer ${KEY}` },
    { "x-api-key": KEY, authorization: "Basic dXNlcjpwYXNz" },
    { "x-api-key": "", authorization: `Bearer ${KEY}` },
  ]) {
    t.same(
      await authenticate(headers),
      { keyId: id, organization: ORGANIZATION, scopes },
      JSON.stringify(Object.keys(headers)),
    );
  }
});

test("every refusal has its code", async (t) => {
  const { authenticate } = subject(keysOf(apiKey(KEY), apiKey(OTHER, { active: false })));
  const cases: [string, Record<string, string>, string][] = [
    ["no header", {}, "MISSING_API_KEY"],
    ["an empty header", { "x-api-key": "" }, "MISSING_API_KEY"],
    ["another scheme", { authorization: "Basic ZGVtXzpk" }, "MISSING_API_KEY"],
    ["a bearer without a key", { authorization: "Bearer" }, "MISSING_API_KEY"],
    ["no prefix", { "x-api-key": "sk_live_1" }, "INVALID_API_KEY_FORMAT"],
    ["the prefix in capitals", { "x-api-key": KEY.replace("dem_", "DEM_") }, "INVALID_API_KEY_FORMAT"],
    ["only the prefix", { "x-api-key": "dem_" }, "INVALID_API_KEY"],
    ["unknown", { "x-api-key": `dem_${"u".repeat(43)}` }, "INVALID_API_KEY"],
    ["deactivated", { "x-api-key": OTHER }, "INVALID_API_KEY"],
    ["both and different", { "x-api-key": KEY, authorization: `Bearer ${OTHER}` }, "INVALID_API_KEY"],
  ];
  for (const [name, headers, code] of cases) await t.rejects(authenticate(headers), { status: 401, code }, name);
  await t.rejects(authenticate({}), /X-API-Key.*Authorization/, "the message names both headers");
});

test("a key expires at its time, also while it is believed", async (t) => {
  const { authenticate, clock } = subject(keysOf(apiKey(KEY, { expiresAt: NOW + 500 })));
  await authenticate({ "x-api-key": KEY });
  clock.time = NOW + 499;
  await authenticate({ "x-api-key": KEY });
  clock.time = NOW + 500;
  await t.rejects(authenticate({ "x-api-key": KEY }), { code: "EXPIRED_API_KEY" });
});

test("a key is looked up once a second, so that a revocation elsewhere is noticed", async (t) => {
  const { authenticate, clock, keys } = subject();
  await authenticate({ "x-api-key": KEY });
  clock.time += 999;
  await authenticate({ "x-api-key": KEY });
  t.equal(keys.found.length, 1);
  keys.all[0] = apiKey(KEY, { active: false });
  clock.time += 1;
  await t.rejects(authenticate({ "x-api-key": KEY }), { code: "INVALID_API_KEY" });
  clock.time -= 5_000;
  await t.rejects(
    authenticate({ "x-api-key": KEY }),
    { code: "INVALID_API_KEY" },
    "a clock that goes back revives nothing",
  );
});

test("a new key works at once, although it was unknown a moment ago", async (t) => {
  const { authenticate, keys } = subject(keysOf());
  await t.rejects(authenticate({ "x-api-key": KEY }), { code: "INVALID_API_KEY" });
  keys.all.push(apiKey(KEY));
  t.equal((await authenticate({ "x-api-key": KEY })).organization, ORGANIZATION);
});

test("the last use is noted once a minute", async (t) => {
  const { authenticate, clock, keys } = subject(keysOf(apiKey(KEY, { lastUsedAt: NOW - 10_000 })));
  for (const at of [0, 49_999, 50_000, 50_001, 109_999, 110_000]) {
    clock.time = NOW + at;
    await authenticate({ "x-api-key": KEY });
  }
  t.same(
    keys.touches.map(([, at]) => at - NOW),
    [50_000, 110_000],
  );
});

test("a caller does not wait for the note, and a note that fails refuses nobody", async (t) => {
  const keys = keysOf(apiKey(KEY));
  let fail = (): void => undefined;
  keys.touch = () => new Promise((_resolve, reject) => (fail = () => reject(new StoreUnavailable("locked"))));
  const { authenticate, settled, log } = subject(keys);
  await authenticate({ "x-api-key": KEY });
  fail();
  await settled();
  t.match(log.lines, [{ level: "warn", keyId: apiKey(KEY).id }]);
  t.notMatch(JSON.stringify(log.lines), KEY);
});

test("the token of this start may do everything here, and is never looked up", async (t) => {
  const { authenticate, keys } = subject(keysOf(), OTHER);
  t.same(await authenticate({ authorization: `Bearer ${OTHER}` }), {
    keyId: "admin",
    organization: ORGANIZATION,
    scopes,
  });
  t.same(keys.found, []);
  await t.rejects(authenticate({ "x-api-key": KEY }), { code: "INVALID_API_KEY" });
});

test("a store that is away is no refusal of the key", async (t) => {
  const keys = keysOf();
  keys.find = () => Promise.reject(new StoreUnavailable("locked"));
  await t.rejects(subject(keys).authenticate({ "x-api-key": KEY }), StoreUnavailable);
});

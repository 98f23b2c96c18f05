import t from "tap";
import { furrow } from "../fake-shell.js";
import { loopback, queued, type Reply } from "./loopback.js";

const id = "0190b3c4-0000-7000-8000-000000000000";

t.test("everybody is handed over in calls of 100, and the sum is one JSON document", async (t) => {
  const { url, seen } = await loopback(t, queued);
  const { code, out, err } = await execute(url, people(250), "--context", '{"season":"spring"}', "--json");
  t.equal(code, 0);
  t.equal(err, "");
  t.same(JSON.parse(out), {
    sequence: "post visit",
    dryRun: false,
    contacts: 250,
    calls: 3,
    repeatedCalls: 0,
    statuses: { queued: 250 },
    executionIds: ["e1", "e2", "e3"],
    left: [],
  });
  t.same(
    seen.map(({ body }) => (body["contacts"] as unknown[]).length),
    [100, 100, 50],
  );
  for (const { method, url: path, key, body } of seen) {
    t.match({ method, path, key }, { method: "POST", path: "/api/v1/sequences/post%20visit/execute", key: "dem_k" });
    t.same(body["context"], { season: "spring" });
  }
});

t.test("a run that is repeated sends the same idempotency keys, and says what was a repetition", async (t) => {
  const { url, seen } = await loopback(t, (call, number) => ({
    ...queued(call, number)!,
    headers: { "Idempotent-Replayed": "true" },
  }));
  await execute(url, people(150));
  const { out } = await execute(url, people(150));
  const keys = seen.map(({ idempotencyKey }) => idempotencyKey);
  t.match(keys[0], /^[0-9a-f]{64}$/);
  t.same(keys.slice(2), keys.slice(0, 2));
  t.match(out, "2 calls had been made by an earlier run and changed nothing now.");
});

t.test("a dry run says so and sends no key", async (t) => {
  const { url, seen } = await loopback(t, queued);
  const { out } = await execute(url, people(1), "--dry-run");
  t.match(out, "1 contact in 1 call, dry run: nothing was written");
  t.match(seen, [{ idempotencyKey: undefined, body: { dryRun: true } }]);
});

t.test("an outage is waited out with the same call, and told once", async (t) => {
  const replies: Reply[] = [
    { status: 503, headers: { "Retry-After": "0" } },
    undefined,
    { status: 429, headers: { "Retry-After": "0" } },
  ];
  const { url, seen } = await loopback(t, (call, number) => (number <= 3 ? replies[number - 1] : queued(call, number)));
  const { code, err } = await execute(url, people(1));
  t.equal(code, 0);
  t.equal(err, "The server cannot take this now (HTTP 503); trying again.\n");
  t.equal(seen.length, 4);
  t.equal(new Set(seen.map(({ idempotencyKey }) => idempotencyKey)).size, 1);
});

t.test("a call without anybody eligible is counted, and the next one is made", async (t) => {
  const { url } = await loopback(t, (call, number) => (number === 1 ? nobody(call.body) : queued(call, number)));
  const { code, out } = await execute(url, people(101));
  t.equal(code, 0);
  t.match(out, /^cooldown +100$/m);
  t.match(out, /^queued +1$/m);
  t.match(out, "line 2: cooldown (cooldown)");
  t.match(out, "and 90 more; --json lists all of them");
});

t.test("when nobody at all is queued the run has failed", async (t) => {
  const { url } = await loopback(t, ({ body }) => nobody(body));
  const { code, out, err } = await execute(url, people(1), "--json");
  t.equal(code, 1);
  t.match(JSON.parse(out), {
    statuses: { cooldown: 1 },
    left: [{ place: "line 2", status: "cooldown", reason: "cooldown" }],
  });
  t.equal(err, "Nobody was queued.\nThe status of each says why.\n");
});

t.test("every other refusal ends the run, with the places of the file", async (t) => {
  const fields = [
    { path: "contacts[0].phone", message: "is too long" },
    { path: "context", message: "is too large" },
  ];
  const error = { code: "VALIDATION_ERROR", message: "The request is not valid", details: { fields } };
  const { url, seen } = await loopback(t, (call, number) =>
    number === 1 ? queued(call, number) : { status: 400, body: { error } },
  );
  const { code, out, err } = await execute(url, people(250));
  t.equal(code, 1);
  t.equal(out, "");
  t.equal(seen.length, 2);
  t.equal(
    err,
    "The request is not valid\nline 102, phone: is too long\ncontext: is too large.\n" +
      "100 of 250 contacts had been handed over before. Correct it and run it again.\n",
  );
});

t.test("a key without the scope is told which one", async (t) => {
  const error = {
    code: "INSUFFICIENT_PERMISSIONS",
    message: "The key may not do this",
    requiredScope: "sequences:execute",
  };
  const { url } = await loopback(t, () => ({ status: 403, body: { error } }));
  t.match((await execute(url, people(1))).err, /^The key may not do this \(sequences:execute\)\.\nMake a key/);
});

t.test("a server that is none of ours is recognised, redirects are not followed", async (t) => {
  const { url } = await loopback(t, () => ({ status: 200, body: { hello: "world" } }));
  t.match((await execute(url, people(1))).err, /^The answer is not one that Furrow gives\.\n/);
  const moved = await loopback(t, () => ({ status: 302, headers: { Location: url } }));
  t.match((await execute(moved.url, people(1))).err, /^The server answered HTTP 302\.\n/);
});

t.test("locations and employees are found by key at the server, ids are taken as they are", async (t) => {
  const { url, seen } = await loopback(t, (call, number) => {
    if (call.method === "POST") return queued(call, number);
    const page = Number(new URL(call.url, url).searchParams.get("page"));
    return { status: 200, body: { data: [{ id: `id-${page}`, key: `berlin-${page}` }], meta: { totalPages: 2 } } };
  });
  t.equal((await execute(url, people(1), "--location", "berlin-2", "--employee", id)).code, 0);
  t.match(seen.at(-1)?.body, { locationId: "id-2", employeeId: id });
  const { code, err } = await execute(url, people(1), "--location", "berlin-3");
  t.equal(code, 1);
  t.match(err, 'There is no location "berlin-3".\nDid you mean "berlin-');
});

function execute(url: string, stdin: string, ...options: string[]) {
  const args = ["execute", "post visit", "--contacts", "-", "--server", url, "--key", "dem_k", ...options];
  return furrow(args, {}, { stdin });
}

function people(count: number): string {
  return ["email", ...Array.from({ length: count }, (_, index) => `p${index}@example.com`)].join("\n");
}

function nobody(body: { contacts?: unknown }): Reply {
  const contacts = body.contacts as { email: string }[];
  const results = contacts.map(({ email }) => ({ email, contactId: null, status: "cooldown", reason: "cooldown" }));
  return {
    status: 422,
    body: { error: { code: "NO_ELIGIBLE_CONTACTS", message: "Nobody is eligible", details: { results } } },
  };
}

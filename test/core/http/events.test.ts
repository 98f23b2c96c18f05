import { createHmac } from "node:crypto";
import { test } from "tap";
import { api, OTHER_KEY, welcome, type Api } from "./api.js";
import { NOW, ORGANIZATION } from "./parts.js";
import { SECRET } from "./sources.js";

const HOUR = 3_600_000;
const UNKNOWN_ID = "5e900000-0000-7000-8000-0000000000ff";
const theirs = { key: OTHER_KEY };

async function deliver({ call }: Api, body: string): Promise<void> {
  const proof = createHmac("sha256", SECRET).update(body).digest("hex");
  const headers = { "x-hub-signature-256": `sha256=${proof}`, "x-topic": "lead" };
  await call("POST", "/webhooks/leads", undefined, { key: null, raw: body, headers });
}

/** A lead that was taken in: its event. */
async function lead(subject: Api, email: string): Promise<string> {
  await deliver(subject, JSON.stringify({ email }));
  await subject.sources.takeIn("leads");
  return (await subject.call("GET", "/events?limit=1")).body.data[0].id as string;
}

test("contract §10: sources and their counts", async (t) => {
  const subject = await api(t);
  const { call } = subject;
  const list = (await call("GET", "/sources?limit=2")).body;
  t.same(list.meta, { page: 1, perPage: 2, total: 3, totalPages: 2 });
  t.same(list.data[1], {
    ...{ name: "leads", use: "rest", connector: "plain", status: "running" },
    counts: { received: 0, processed: 0, ignored: 0, dead: 0, refused: 0, waiting: 0 },
    ...{ lastEventAt: null, lastError: null },
  });
  await lead(subject, "ana@shop.example");
  await deliver(subject, "{}");
  await call("POST", "/webhooks/leads", undefined, { key: null, raw: "{}" });
  t.same((await call("GET", "/sources/leads")).body.data, {
    ...{ name: "leads", use: "rest", connector: "plain", status: "running" },
    counts: { received: 2, processed: 1, ignored: 0, dead: 0, refused: 1, waiting: 1 },
    ...{ lastEventAt: "2026-02-10T10:30:00.000Z", lastError: null },
  });
  await subject.sources.takeIn("leads");
  const { counts, lastError } = (await call("GET", "/sources/leads/status")).body.data;
  t.match(counts, { dead: 1, waiting: 0 });
  t.type(lastError, "string");
});

test("contract §10: pausing, stopping and resuming a source", async (t) => {
  const { call } = await api(t);
  for (const [verb, status] of [
    ["pause", "paused"],
    ["stop", "stopped"],
    ["resume", "running"],
  ]) {
    t.match(await call("PUT", `/sources/leads/${verb}`), { status: 200, body: { data: { name: "leads", status } } });
    t.equal((await call("GET", "/sources/leads")).body.data.status, status);
    const answer = await call("PUT", `/sources/leads/${verb}`, { force: true });
    t.match(answer, { status: 400, body: { error: { details: { fields: [{ path: "force" }] } } } });
  }
});

test("contract §10: refused requests", async (t) => {
  const { call } = await api(t);
  const headers = { "x-topic": "lead", "x-hub-signature-256": "sha256=00", authorization: "Bearer x" };
  await call("POST", "/webhooks/leads", undefined, { key: null, raw: "{}", headers });
  const { data, meta } = (await call("GET", "/sources/leads/refused")).body;
  t.same(meta, { page: 1, perPage: 50, total: 1, totalPages: 1 });
  const { id, headers: kept, ...rest } = data[0];
  t.match(id, /^[0-9a-f-]{36}$/);
  t.match(kept, { "x-topic": "lead" });
  t.notMatch(Object.keys(kept).join(), /signature|authorization/);
  t.same(rest, { source: "leads", at: "2026-02-10T10:30:00.000Z", reason: "bad_signature", remote: "127.0.0.1" });
  t.equal((await call("GET", "/sources/leads/refused?page=0")).status, 400);
});

test("contract §10: an event, alone and in lists", async (t) => {
  const subject = await api(t);
  const { call } = subject;
  const text = '{ "email" : "ana@shop.example", "n": 12345678901234567890, "é": "\\u00e9" }\r\n';
  await deliver(subject, text);
  const [waiting] = (await call("GET", "/events")).body.data;
  t.match(waiting, { status: "received", reason: null, commands: [], executionIds: [] });
  await subject.sources.takeIn("leads");
  const { body, headers, ...object } = (await call("GET", `/events/${waiting.id.toUpperCase()}`)).body.data;
  t.equal(body, text);
  t.match(headers, { "x-topic": "lead" });
  const [execution] = object.executionIds;
  t.match((await call("GET", `/executions/${execution}`)).body.data, {
    ...{ sequenceId: welcome.id, source: "leads", eventId: object.id, contactsProcessed: 1 },
  });
  t.same(object, {
    ...{ id: waiting.id, source: "leads", deliveryId: object.deliveryId, type: object.type, status: "processed" },
    ...{ reason: null, occurredAt: null, receivedAt: "2026-02-10T10:30:00.000Z", notes: [], replayOf: null },
    commands: [object.commands[0]],
    executionIds: [execution],
  });
  t.match(object.commands[0], { do: "execute", sequence: "welcome", contact: { email: "ana@shop.example" } });
  t.same((await call("GET", "/events")).body, {
    data: [object],
    meta: { page: 1, perPage: 50, total: 1, totalPages: 1 },
  });
});

test("contract §10: the filters of events", async (t) => {
  const subject = await api(t);
  await lead(subject, "ana@shop.example");
  subject.clock.time = NOW + HOUR;
  await deliver(subject, "{}");
  const [{ type }] = (await subject.call("GET", "/events")).body.data;
  const total = async (query: string) => (await subject.call("GET", `/events?${query}`)).body.meta.total as number;
  for (const [query, count] of [
    ["", 2],
    ["source=leads", 2],
    ["source=salon", 0],
    ["source=", 2],
    ["status=received", 1],
    ["status=processed&source=leads", 1],
    [`type=${encodeURIComponent(type)}`, 2],
    ["type=other", 0],
    ["from=2026-02-10T11:00:00Z", 1],
    ["to=2026-02-10T11:00:00Z", 1],
    ["from=2026-02-10T10:30:00.000Z&to=2026-02-10T10:30:00.001Z", 1],
  ] as const)
    t.equal(await total(query), count, query);
  for (const wrong of ["status=lost", "from=yesterday", "to=1", "x=1", "limit=0"]) {
    const answer = await subject.call("GET", `/events?${wrong}`);
    t.match(answer, { status: 400, body: { error: { code: "VALIDATION_ERROR" } } }, wrong);
    t.equal(answer.body.error.details.fields[0].path, wrong.split("=")[0]);
  }
});

test("contract §10: a replay of one event says what it would do, and mails nobody twice", async (t) => {
  const subject = await api(t);
  const { call } = subject;
  const id = await lead(subject, "ana@shop.example");
  const dry = (await call("POST", `/events/${id}/replay`, { dryRun: true })).body.data;
  t.same(Object.keys(dry), ["eventId", "commands", "before", "changed", "status", "reason"]);
  t.match(dry, { eventId: id, changed: false, commands: [{ do: "execute" }], before: [{ do: "execute" }] });
  t.equal((await call("GET", "/events")).body.meta.total, 1, "nothing was written");
  const done = (await call("POST", `/events/${id}/replay`)).body.data;
  t.match(done, { eventId: id, changed: false, status: "ignored", reason: "repeated", executionIds: [] });
  t.match((await call("GET", `/events/${done.replayId}`)).body.data, { replayOf: id, source: "leads" });
  t.equal((await call("GET", "/sendings")).body.meta.total, 1);
  for (const body of [{ dryRun: "yes" }, { confirm: 1 }, []])
    t.equal((await call("POST", `/events/${id}/replay`, body)).status, 400, JSON.stringify(body));
  t.equal((await call("POST", `/events/${id}/replay`, undefined, { raw: "{}" })).status, 415);
});

test("contract §10: a replay of many, by filter", async (t) => {
  const subject = await api(t);
  const { call } = subject;
  await lead(subject, "ana@shop.example");
  subject.clock.time = NOW + HOUR;
  await lead(subject, "bo@shop.example");
  const replay = async (body: unknown) => (await call("POST", "/events/replay", body)).body.data as object;
  t.match(await replay({ dryRun: true }), { matched: 2, people: 2, results: [{ changed: false }, { changed: false }] });
  t.match(await replay({ dryRun: true, from: "2026-02-10T11:00:00Z" }), { matched: 1, people: 1 });
  t.match(await replay({ dryRun: true, to: "2026-02-10T11:00:00+00:00" }), { matched: 1, people: 1 });
  t.same(await replay({ dryRun: true, status: "dead" }), { matched: 0, people: 0, results: [] });
  t.same(await replay({ dryRun: true, source: "salon" }), { matched: 0, people: 0, results: [] });
  const done = await replay({ source: "leads", status: "processed" });
  t.match(done, { matched: 2, people: 2, results: [{ reason: "repeated", executionIds: [] }, { reason: "repeated" }] });
  for (const [body, path] of [
    [{ status: "lost" }, "status"],
    [{ from: "now" }, "from"],
    [{ to: 5 }, "to"],
    [{ source: "" }, "source"],
    [{ confirm: -1 }, "confirm"],
    [{ confirm: "100" }, "confirm"],
    [{ limit: 5 }, "limit"],
  ] as const)
    t.match((await call("POST", "/events/replay", body)).body.error.details.fields[0], { path });
});

test("contract §10: more than a hundred people need their number", async (t) => {
  const subject = await api(t);
  await subject.call("PUT", "/sources/leads/pause");
  for (let n = 0; n <= 100; n++) await deliver(subject, JSON.stringify({ email: `p${n}@shop.example` }));
  const ask = (body: object) => subject.call("POST", "/events/replay", { source: "leads", ...body });
  t.match((await ask({ dryRun: true })).body.data, { matched: 101, people: 101 });
  for (const body of [{}, { confirm: 100 }, { confirm: 102 }])
    t.match(await ask(body), { status: 409, body: { error: { code: "CONFLICT", details: { people: 101 } } } });
  t.equal((await subject.call("GET", "/events")).body.meta.total, 101, "nothing was done");
  t.match(await ask({ confirm: 101 }), { status: 200, body: { data: { matched: 101, people: 101 } } });
});

test("contract §2: sources and events of another organization, unknown ones, and what is none", async (t) => {
  const subject = await api(t);
  const { call } = subject;
  const id = await lead(subject, "ana@shop.example");
  t.same((await call("GET", "/sources", undefined, theirs)).body.data, []);
  t.same((await call("GET", "/events", undefined, theirs)).body.data, []);
  t.same((await call("POST", "/events/replay", {}, theirs)).body.data, { matched: 0, people: 0, results: [] });
  const sources = ["", "/status", "/refused"].map((rest) => ["GET", rest]);
  const verbs = ["/pause", "/resume", "/stop"].map((rest) => ["PUT", rest]);
  for (const [method = "", rest = ""] of [...sources, ...verbs]) {
    for (const [name, ask] of [
      ["leads", theirs],
      ["nobody", {}],
      ["constructor", {}],
    ] as const) {
      const answer = await call(method, `/sources/${name}${rest}`, undefined, ask);
      t.match(answer, { status: 404, body: { error: { code: "NOT_FOUND" } } }, `${method} ${name}${rest}`);
    }
  }
  for (const [method, rest] of [
    ["GET", ""],
    ["POST", "/replay"],
  ] as const) {
    for (const [event, ask] of [
      [id, theirs],
      [UNKNOWN_ID, {}],
      ["x", {}],
    ] as const)
      t.match(await call(method, `/events/${event}${rest}`, undefined, ask), { status: 404 }, `${method} ${event}`);
  }
  t.equal((await subject.store.inbox.get(ORGANIZATION, id))?.status, "processed");
});

test("an event whose source is gone can be read, not replayed", async (t) => {
  const subject = await api(t);
  const id = "019c4700-0000-7000-8000-0000000000aa";
  const nothing = { occurredAt: null, headers: {}, query: "", body: Buffer.from("{}"), replayOf: null, dueAt: NOW };
  const event = { id, organization: ORGANIZATION, source: "old", deliveryId: "1", type: "x", receivedAt: NOW };
  await subject.store.inbox.accept([{ ...event, ...nothing }]);
  t.match((await subject.call("GET", `/events/${id}`)).body.data, { source: "old", body: "{}" });
  t.match(await subject.call("POST", `/events/${id}/replay`), { status: 409, body: { error: { code: "CONFLICT" } } });
});

test("a source that another process has resumed takes in what waits, however lately it was seen paused", async (t) => {
  const subject = await api(t);
  await subject.call("PUT", "/sources/leads/pause");
  await deliver(subject, '{"email":"ana@shop.example"}');
  await subject.store.inbox.setSourceState(ORGANIZATION, "leads", "running", NOW);
  await subject.sources.takeIn("leads");
  t.match((await subject.call("GET", "/events")).body.data, [{ status: "processed" }]);
});

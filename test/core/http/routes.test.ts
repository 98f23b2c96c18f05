import { test } from "tap";
import { api, news, OTHER_KEY, sequence, welcome, type Api } from "./api.js";
import { berlin, eva, NOW, ORGANIZATION } from "./parts.js";

const UNKNOWN_ID = "5e900000-0000-7000-8000-0000000000ff";

async function queued({ call }: Api, path = "welcome") {
  const { data } = (await call("POST", `/sequences/${path}/execute`, { contacts: [{ email: "ana@shop.example" }] }))
    .body;
  return { executionId: data.executionId, ...data.results[0] } as {
    executionId: string;
    contactId: string;
    sendingId: string;
  };
}

async function put({ store }: Api, id: string, state: "held" | "failed" | "completed", stepIndex = 0): Promise<void> {
  const sending = await store.sendings.get(ORGANIZATION, id);
  if (!sending) throw new Error("no such sending");
  const { reason, stage, dueAt, parkedOn, deferrals, doubts } = sending;
  const stepId = ["hello", "pause", "tips"][stepIndex] ?? null;
  await store.sendings.move(
    ORGANIZATION,
    id,
    ["open", "held", "failed"],
    { reason, stage, dueAt, parkedOn, deferrals, doubts, state, stepIndex, stepId },
    [],
    NOW,
  );
}

test("contract §5: sequences", async (t) => {
  const { call, store } = await api(t);
  const rare = sequence("5e900000-0000-7000-8000-0000000000a1", "rare", { reentry: { cooldown: 60 * 86_400_000 } });
  const never = sequence("5e900000-0000-7000-8000-0000000000a2", "zz-once", {
    reentry: { cooldown: "forever", per: "entity" },
    status: "draft",
  });
  await store.sequences.publish(ORGANIZATION, [welcome, news, rare, never], NOW);
  const list = (await call("GET", "/sequences?limit=3")).body;
  t.same(
    list.data.map(({ key }: { key: string }) => key),
    ["news", "rare", "welcome"],
  );
  t.same(list.meta, { page: 1, perPage: 3, total: 4, totalPages: 2 });
  const one = (await call("GET", "/sequences/welcome")).body.data;
  t.same(one, {
    ...{ id: welcome.id, key: "welcome", name: "Welcome", status: "active", version: 1, purpose: "transactional" },
    settings: { reentry: null },
    steps: [
      { subject: "Hello", id: "hello", type: "email", delay: 0, when: null },
      { duration: 7_200_000, id: "pause", type: "wait", delay: 0.5, when: "true" },
      { subject: "Hello", id: "tips", type: "email", delay: 0, when: null },
    ],
    ...{ createdAt: "2026-02-10T10:30:00.000Z", updatedAt: "2026-02-10T10:30:00.000Z" },
  });
  t.same((await call("GET", `/sequences/${welcome.id}`)).body.data, one);
  t.same((await call("GET", "/sequences/rare")).body.data.settings, { reentry: { per: "contact", cooldown: "60d" } });
  t.match((await call("GET", "/sequences/zz-once")).body.data, {
    status: "draft",
    settings: { reentry: { per: "entity", cooldown: "forever" } },
  });
  for (const id of ["nothing", UNKNOWN_ID, "theirs"]) t.equal((await call("GET", `/sequences/${id}`)).status, 404, id);
  t.same(
    (await call("GET", "/sequences", undefined, { key: OTHER_KEY })).body.data.map(({ key }: { key: string }) => key),
    ["theirs"],
  );
});

test("contract §9: a sending, alone and in lists", async (t) => {
  const subject = await api(t);
  const { call } = subject;
  const { executionId, contactId, sendingId } = await queued(subject);
  const one = (await call("GET", `/sendings/${sendingId}`)).body.data;
  const { timeline, ...object } = one;
  t.same(object, {
    ...{
      id: sendingId,
      executionId,
      sequenceId: welcome.id,
      sequenceVersion: 1,
      contactId,
      locationId: null,
      employeeId: null,
      entity: null,
    },
    ...{
      status: "pending",
      reason: null,
      step: { id: "hello", type: "email", index: 0 },
      dueAt: "2026-02-10T10:30:00.000Z",
    },
    ...{ createdAt: "2026-02-10T10:30:00.000Z", updatedAt: "2026-02-10T10:30:00.000Z" },
  });
  t.same(Object.keys(timeline[0]).sort(), [
    "at",
    "attemptId",
    "kind",
    "note",
    "outcome",
    "providerId",
    "reason",
    "stepId",
  ]);
  t.match(timeline, [{ kind: "created" }]);
  await queued(subject, "news");
  const total = async (query: string) => (await call("GET", `/sendings?${query}`)).body.meta.total as number;
  t.equal(await total(""), 2);
  t.equal(await total("status=pending"), 2);
  t.equal(await total("status=completed"), 0);
  t.equal(await total("sequence=welcome"), 1);
  t.equal(await total(`sequence=${news.id}`), 1);
  t.equal(await total("sequence=nothing"), 0);
  t.equal(await total(`contact=${contactId}`), 2);
  t.equal(await total(`execution=${executionId}`), 1);
  t.equal(await total("from=2026-02-10T10:30:00Z&to=2026-02-10T10:30:00.001Z"), 2);
  t.equal(await total("to=2026-02-10T11:30:00%2B01:00"), 0);
  t.equal(await total("from=2026-02-10T11:30:00+01:00"), 2, "a plus sign that nobody encoded");
  t.same((await call("GET", "/sendings")).body.data[1], object);
  for (const wrong of [
    "status=waiting",
    "contact=ana",
    "execution=1",
    "from=yesterday",
    "to=2026-02-30T00:00:00Z",
    "sequenceId=x",
  ]) {
    t.equal((await call("GET", `/sendings?${wrong}`)).status, 400, wrong);
  }
  t.equal((await call("GET", "/sendings", undefined, { key: OTHER_KEY })).body.meta.total, 0);
});

test("contract §9: the statuses", async (t) => {
  const subject = await api(t);
  const { call, clock } = subject;
  const { sendingId } = await queued(subject);
  const status = async () => (await call("GET", `/sendings/${sendingId}`)).body.data.status as string;
  t.equal(await status(), "pending");
  clock.time = NOW - 1;
  t.equal(await status(), "scheduled");
  clock.time = NOW;
  await put(subject, sendingId, "held");
  t.equal(await status(), "held");
  await put(subject, sendingId, "failed");
  t.equal(await status(), "failed");
  await put(subject, sendingId, "completed", 3);
  t.match((await call("GET", `/sendings/${sendingId}`)).body.data, { status: "completed", step: null });
});

test("contract §10: cancel, retry and skip a sending", async (t) => {
  const subject = await api(t);
  const { call } = subject;
  const { sendingId } = await queued(subject);
  for (const verb of ["retry", "skip"])
    t.match(
      await call("POST", `/sendings/${sendingId}/${verb}`),
      { status: 409, body: { error: { code: "CONFLICT" } } },
      verb,
    );
  await put(subject, sendingId, "held");
  t.match(await call("POST", `/sendings/${sendingId}/retry`), {
    status: 200,
    body: { data: { id: sendingId, status: "pending", step: { id: "hello" } } },
  });
  await put(subject, sendingId, "failed");
  t.match((await call("POST", `/sendings/${sendingId}/skip`, {})).body.data, {
    status: "scheduled",
    step: { id: "pause", type: "wait", index: 1 },
    dueAt: "2026-02-10T11:00:00.000Z",
  });
  t.match((await call("POST", `/sendings/${sendingId}/cancel`)).body.data, { status: "cancelled", reason: "by_call" });
  t.match(await call("POST", `/sendings/${sendingId}/cancel`), { status: 409, body: { error: { code: "CONFLICT" } } });
});

test("contract §10: executions", async (t) => {
  const subject = await api(t);
  const { call } = subject;
  const { executionId, sendingId } = await queued(subject);
  const object = {
    ...{
      id: executionId,
      sequenceId: welcome.id,
      sequenceVersion: 1,
      source: "api",
      eventId: null,
      entity: null,
      status: "running",
    },
    ...{
      contactsProcessed: 1,
      sendingsCreated: 1,
      startAt: "2026-02-10T10:30:00.000Z",
      createdAt: "2026-02-10T10:30:00.000Z",
    },
  };
  t.same((await call("GET", `/executions/${executionId}`)).body.data, object);
  t.same((await call("POST", `/executions/${executionId}/cancel`)).body.data, { ...object, status: "cancelled" });
  t.match((await call("GET", `/sendings/${sendingId}`)).body.data, { status: "cancelled", reason: "by_call" });
  t.equal((await call("POST", `/executions/${executionId}/cancel`)).status, 200, "once more changes nothing");
});

test("contract §10: the outbox", async (t) => {
  const subject = await api(t);
  const { sendingId } = await queued(subject);
  const message = {
    ...{
      id: "0b000000-0000-7000-8000-000000000001",
      sendingId,
      stepId: "hello",
      channel: "email",
      to: "ana@shop.example",
      from: null,
      replyTo: null,
    },
    ...{ subject: "Hello", text: "Hi", html: null, headers: { "List-Unsubscribe": "<x>" } },
  };
  await subject.store.outbox.capture({
    ...message,
    organization: ORGANIZATION,
    at: NOW,
    attemptId: "a7000000-0000-7000-8000-000000000001",
  });
  const list = async (query = "", key?: string) =>
    (await subject.call("GET", `/outbox?${query}`, undefined, key === undefined ? {} : { key })).body as {
      meta: { total: number };
    };
  t.same(await list(), {
    data: [{ ...message, at: "2026-02-10T10:30:00.000Z" }],
    meta: { page: 1, perPage: 50, total: 1, totalPages: 1 },
  });
  t.equal((await list("to=ANA@shop.example")).meta.total, 1);
  t.equal((await list("to=bo@shop.example")).meta.total, 0);
  t.equal((await list(`sending=${sendingId}`)).meta.total, 1);
  t.equal((await list(`sending=${UNKNOWN_ID}`)).meta.total, 0);
  t.equal((await list("", OTHER_KEY)).meta.total, 0);
  t.equal((await subject.call("GET", "/outbox?sending=x")).status, 400);
});

test("contract §10: locations and employees", async (t) => {
  const { call } = await api(t);
  const { location, ...person } = eva;
  t.same((await call("GET", "/locations")).body, {
    data: [berlin],
    meta: { page: 1, perPage: 50, total: 1, totalPages: 1 },
  });
  t.same((await call("GET", "/employees")).body.data, [{ ...person, location }]);
  t.same((await call("GET", "/locations?page=2")).body.data, []);
  for (const path of ["/locations", "/employees"])
    t.same((await call("GET", path, undefined, { key: OTHER_KEY })).body.data, [], "another project's");
});

test("contract §10: channels", async (t) => {
  const { call, store } = await api(t);
  const ok = { name: "email", use: "outbox", state: "ok", reason: null, since: null };
  t.same((await call("GET", "/channels")).body, {
    data: [ok],
    meta: { page: 1, perPage: 50, total: 1, totalPages: 1 },
  });
  await store.channels.pause("email", "the provider answered 401", null, NOW);
  t.same((await call("GET", "/channels")).body.data, [
    { ...ok, state: "paused", reason: "the provider answered 401", since: "2026-02-10T10:30:00.000Z" },
  ]);
  t.match((await call("PUT", "/channels/email/resume")).body.data, { name: "email", state: "ok", reason: null });
  t.equal((await call("PUT", "/channels/fax/resume")).status, 404);
  t.equal((await call("PUT", "/channels/email/resume", undefined, { key: OTHER_KEY })).status, 404);
  t.same((await call("GET", "/channels", undefined, { key: OTHER_KEY })).body.data, []);
});

test("contract §2: ids of another organization, unknown ones, and what is none", async (t) => {
  const subject = await api(t);
  const { executionId, sendingId } = await queued(subject);
  const paths: [string, string, string][] = [
    ["GET", "sendings", ""],
    ["POST", "sendings", "/cancel"],
    ["POST", "sendings", "/retry"],
    ["POST", "sendings", "/skip"],
    ["GET", "executions", ""],
    ["POST", "executions", "/cancel"],
  ];
  for (const [method, kind, rest] of paths) {
    const own = kind === "sendings" ? sendingId : executionId;
    for (const [id, key] of [
      [own, OTHER_KEY],
      [UNKNOWN_ID, undefined],
      ["x", undefined],
    ] as const) {
      const answer = await subject.call(method, `/${kind}/${id}${rest}`, undefined, key === undefined ? {} : { key });
      t.match(answer, { status: 404, body: { error: { code: "NOT_FOUND" } } }, `${method} /${kind}/${id}${rest}`);
    }
  }
  t.equal((await subject.call("GET", `/sendings/${sendingId}`)).body.data.status, "pending");
});

import { test } from "tap";
import { api, news, sequence, welcome } from "./api.js";
import { contacts, execute, one, sendings } from "./execute-calls.js";
import { berlin, eva, NOW, ORGANIZATION } from "./parts.js";

const UNKNOWN_ID = "5e900000-0000-7000-8000-0000000000ff";
const statuses = ({ body }: { body: { data: { results: { status: string }[] } } }): string =>
  body.data.results.map(({ status }) => status).join(" ");

test("contract §3: the documented answer", async (t) => {
  const subject = await api(t);
  const answer = await execute(
    subject,
    {
      contacts: [
        { email: "customer1@example.com", firstName: "Ana", lastName: "Lee", phone: "+49 151 23456789" },
        { email: "customer2@example.com" },
      ],
      locationId: berlin.id,
      employeeId: eva.id,
    },
    { path: welcome.id },
  );
  t.equal(answer.status, 200);
  t.match(answer.headers, { "content-type": "application/json; charset=utf-8" });
  const { data } = answer.body;
  t.same(Object.keys(data).sort(), [
    "contactsProcessed",
    "executionId",
    "results",
    "sendingsCreated",
    "sequenceId",
    "sequenceName",
  ]);
  t.match(data, {
    sequenceId: welcome.id,
    sequenceName: "Welcome",
    contactsProcessed: 2,
    sendingsCreated: 2,
    executionId: /^[0-9a-f-]{36}$/,
  });
  t.same(Object.keys(data.results[0]).sort(), ["contactId", "email", "sendingId", "status"]);
  t.match(data.results, [
    { email: "customer1@example.com", status: "queued" },
    { email: "customer2@example.com", status: "queued" },
  ]);
  t.match((await subject.call("GET", `/contacts/${data.results[0].contactId}`)).body.data, {
    firstName: "Ana",
    phone: "+4915123456789",
    locationId: berlin.id,
  });
  t.match((await subject.call("GET", `/sendings/${data.results[0].sendingId}`)).body.data, {
    locationId: berlin.id,
    employeeId: eva.id,
  });
});

test("contract §3: a sequence is named by its key or its UUID, in any case", async (t) => {
  const subject = await api(t);
  for (const path of ["welcome", welcome.id, welcome.id.toUpperCase()])
    t.equal((await execute(subject, one, { path })).status, 200, path);
  for (const path of ["nothing", UNKNOWN_ID, "theirs", "5e900000-0000-7000-8000-00000000000f"]) {
    t.match(await execute(subject, one, { path }), { status: 404, body: { error: { code: "NOT_FOUND" } } }, path);
  }
});

test("contract §3: contacts that are not queued", async (t) => {
  const subject = await api(t);
  const mixed = await execute(subject, {
    contacts: [{ email: "ok@shop.example" }, { email: "bad" }, { email: " OK@Shop.example " }, { email: "" }],
  });
  t.equal(statuses(mixed), "queued invalid duplicate invalid");
  t.match(mixed.body.data, { contactsProcessed: 1, sendingsCreated: 1 });
  t.match(mixed.body.data.results[1], { contactId: null, reason: "bad_address" });
  t.match(mixed.body.data.results[2], { contactId: mixed.body.data.results[0].contactId, reason: "duplicate_in_call" });

  const [{ contactId }] = mixed.body.data.results;
  await subject.call("PATCH", `/contacts/${contactId}`, { unsubscribed: true });
  const out = await execute(
    subject,
    { contacts: [{ email: "ok@shop.example" }, { email: "new@shop.example" }] },
    { path: "news" },
  );
  t.equal(statuses(out), "unsubscribed queued");
  t.match(out.body.data, {
    contactsProcessed: 2,
    sendingsCreated: 1,
    results: [{ reason: "opted_out", contactId }, {}],
  });
  t.equal(
    statuses(await execute(subject, { contacts: [{ email: "ok@shop.example" }] })),
    "queued",
    "transactional ones still go",
  );

  await subject.store.contacts.suppress(ORGANIZATION, "hard@shop.example", "bounced", NOW);
  const hard = await execute(subject, { contacts: [{ email: "hard@shop.example" }, { email: "ok@shop.example" }] });
  t.match(hard.body.data.results, [{ status: "unsubscribed", reason: "suppressed" }, { status: "queued" }]);
});

test("contract §3: cooldown", async (t) => {
  const subject = await api(t);
  const once = sequence("5e900000-0000-7000-8000-0000000000a1", "once", { reentry: { cooldown: "forever" } });
  await subject.store.sequences.publish(ORGANIZATION, [welcome, news, once], NOW);
  await execute(subject, one, { path: "once" });
  const again = await execute(subject, { contacts: [...one.contacts, { email: "b@shop.example" }] }, { path: "once" });
  t.match(again.body.data.results, [{ status: "cooldown", reason: "cooldown" }, { status: "queued" }]);
});

test("contract §3: whole calls that are refused write nothing", async (t) => {
  const subject = await api(t);
  const draft = (key: string, status: "draft" | "paused" | "archived") =>
    sequence(`5e900000-0000-7000-8000-0000000000b${status.length}`, key, { status });
  const empty = sequence("5e900000-0000-7000-8000-0000000000c1", "empty", { steps: [] });
  await subject.store.sequences.publish(
    ORGANIZATION,
    [welcome, news, draft("draft", "draft"), draft("paused", "paused"), draft("archived", "archived"), empty],
    NOW,
  );
  for (const status of ["draft", "paused", "archived"]) {
    t.match(await execute(subject, one, { path: status }), {
      status: 409,
      body: { error: { code: "SEQUENCE_NOT_ACTIVE", details: { status } } },
    });
  }
  t.match(await execute(subject, one, { path: "empty" }), { status: 409, body: { error: { code: "SEQUENCE_EMPTY" } } });
  t.match(await execute(subject, { contacts: [{ email: "x" }, { email: "y" }] }), {
    status: 422,
    body: {
      error: {
        code: "NO_ELIGIBLE_CONTACTS",
        details: { results: [{ email: "x", status: "invalid", contactId: null }, {}] },
      },
    },
  });
  t.match(await execute(subject, { ...one, locationId: UNKNOWN_ID }), {
    status: 422,
    body: { error: { code: "UNKNOWN_LOCATION" } },
  });
  t.match(await execute(subject, { ...one, employeeId: UNKNOWN_ID }), {
    status: 422,
    body: { error: { code: "UNKNOWN_EMPLOYEE" } },
  });
  t.match(await execute(subject, { contacts: [{ email: "a@shop.example", locationId: UNKNOWN_ID }] }), { status: 422 });
  t.match([await contacts(subject), await sendings(subject)], [0, 0]);
});

test("contract §3: validation names every bad field", async (t) => {
  const subject = await api(t);
  const bad: [unknown, string[]][] = [
    [undefined, ["body"]],
    [[], ["body"]],
    [{}, ["contacts"]],
    [{ contacts: [] }, ["contacts"]],
    [{ contacts: "a@b.example" }, ["contacts"]],
    [{ contacts: Array.from({ length: 101 }, (_, n) => ({ email: `a${n}@b.example` })) }, ["contacts"]],
    [
      { contacts: [{ firstName: "Ana" }, { email: 5 }, "a@b.example", null] },
      ["contacts[0].email", "contacts[1].email", "contacts[2]", "contacts[3]"],
    ],
    [
      { contacts: [{ email: "a@b.example", firstName: 1, tags: "vip", customFields: [], context: 3 }] },
      ["contacts[0].firstName", "contacts[0].tags", "contacts[0].customFields", "contacts[0].context"],
    ],
    [{ contacts: [{ email: "a@b.example", tags: ["a", 1] }] }, ["contacts[0].tags[1]"]],
    [
      { contacts: [{ email: "a@b.example", timeZone: "Mars/Base", preferredLanguage: "__proto__" }] },
      ["contacts[0].timeZone", "contacts[0].preferredLanguage"],
    ],
    [{ ...one, locationId: "berlin", employeeId: 7 }, ["locationId", "employeeId"]],
    [{ ...one, dryRun: "true" }, ["dryRun"]],
    [{ ...one, context: "x" }, ["context"]],
    [{ ...one, context: { big: "x".repeat(65_536) } }, ["context"]],
    [{ contacts: [{ email: "a@b.example", firstName: "x".repeat(1_001) }] }, ["contacts[0].firstName"]],
    ...[
      "soon",
      "2026-02-10",
      "2026-02-10T10:30:00",
      "2026-02-30T10:30:00Z",
      "2026-13-01T00:00:00Z",
      "2026-02-10T25:00:00Z",
      1770719400000,
      "",
    ].map((scheduledAt): [unknown, string[]] => [{ ...one, scheduledAt }, ["scheduledAt"]]),
  ];
  for (const [body, paths] of bad) {
    const answer = await execute(subject, body);
    t.match(answer, { status: 400, body: { error: { code: "VALIDATION_ERROR" } } }, JSON.stringify(body)?.slice(0, 80));
    const fields = answer.body.error.details.fields as { path: string; message: string }[];
    t.same(new Set(fields.map(({ path }) => path)), new Set(paths));
    t.notMatch(fields.map(({ message }) => message).join(), /undefined|\[object|#/);
  }
  t.equal(await contacts(subject), 0);
});

test("contract §3: what is accepted beside the documented fields", async (t) => {
  const subject = await api(t);
  const answer = await execute(subject, {
    contacts: [
      {
        ...{
          email: "a@shop.example",
          title: "Dr",
          preferredLanguage: "pt-BR",
          timeZone: "Europe/Berlin",
          customFields: { size: 3 },
          tags: ["vip"],
        },
        ...{
          locationId: berlin.id.toUpperCase(),
          employeeId: null,
          context: { order: 1 },
          firstName: "",
          lastName: null,
        },
      },
    ],
    locationId: null,
    context: { shop: "x" },
    scheduledAt: "2026-02-11T12:00:00+01:00",
    dryRun: false,
  });
  t.equal(answer.status, 200, answer.text);
  const [{ contactId, sendingId }] = answer.body.data.results;
  t.match((await subject.call("GET", `/contacts/${contactId}`)).body.data, {
    ...{
      title: "Dr",
      preferredLanguage: "pt-BR",
      timeZone: "Europe/Berlin",
      customFields: { size: 3 },
      tags: ["vip"],
      locationId: berlin.id,
      firstName: null,
    },
  });
  t.match((await subject.call("GET", `/sendings/${sendingId}`)).body.data, {
    status: "scheduled",
    dueAt: "2026-02-11T11:00:00.000Z",
  });
  t.same((await subject.store.sendings.get(ORGANIZATION, sendingId))?.context, { shop: "x", order: 1 });
  const past = await execute(subject, { ...one, scheduledAt: "2020-01-01T00:00:00Z" });
  t.match((await subject.call("GET", `/sendings/${past.body.data.results[0].sendingId}`)).body.data, {
    status: "pending",
    dueAt: "2026-02-10T10:30:00.000Z",
  });
});

test("contract §3: upserts", async (t) => {
  const subject = await api(t);
  const run = async (contact: object, more: object = {}) => {
    const answer = await execute(subject, { contacts: [{ email: "Ana@Shop.example", ...contact }], ...more });
    return (await subject.call("GET", `/contacts/${answer.body.data.results[0].contactId}`)).body.data as {
      phone: string;
    };
  };
  await run({ firstName: "Ana", lastName: "Lee", tags: ["a"], customFields: { x: 1, y: 1 } });
  const next = await run(
    { lastName: null, tags: ["b", "a"], customFields: { y: 2 }, phone: "030 123456" },
    { locationId: berlin.id },
  );
  t.match(next, {
    email: "ana@shop.example",
    firstName: "Ana",
    lastName: null,
    tags: ["a", "b"],
    customFields: { x: 1, y: 2 },
    phone: "+4930123456",
    locationId: berlin.id,
  });
  t.equal((await run({ phone: "call me" })).phone, "call me", "a phone that cannot be read is kept as it was given");
  t.equal(await contacts(subject), 1);
});

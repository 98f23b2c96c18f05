import { test } from "tap";
import { api, OTHER_KEY } from "./api.js";
import { berlin, NOW } from "./parts.js";

const UNKNOWN_ID = "5e900000-0000-7000-8000-0000000000ff";
const ana = { email: "Ana@Shop.example ", firstName: "Ana" };

test("contract §4: the object", async (t) => {
  const { call } = await api(t);
  const { status, body } = await call("POST", "/contacts", ana);
  t.equal(status, 201);
  t.same(body.data, {
    ...{
      id: body.data.id,
      email: "ana@shop.example",
      firstName: "Ana",
      lastName: null,
      phone: null,
      title: null,
      preferredLanguage: null,
    },
    ...{
      timeZone: null,
      locationId: null,
      contactOrganizationId: null,
      customFields: {},
      tags: [],
      unsubscribed: false,
    },
    ...{ createdAt: "2026-02-10T10:30:00.000Z", updatedAt: "2026-02-10T10:30:00.000Z" },
  });
  t.same((await call("GET", `/contacts/${body.data.id}`)).body, body);
  t.same((await call("GET", `/contacts/${body.data.id.toUpperCase()}`)).body, body);
});

test("contract §4: creation", async (t) => {
  const { call } = await api(t);
  const whole = {
    ...{
      email: "bo@shop.example",
      firstName: "Bo",
      lastName: "Li",
      phone: "030 123456",
      title: "Dr",
      preferredLanguage: "de",
    },
    ...{ timeZone: "Europe/Berlin", locationId: berlin.id, customFields: { a: { b: [1] } }, tags: ["x", "x", "y"] },
  };
  t.match((await call("POST", "/contacts", whole)).body.data, { ...whole, phone: "+4930123456", tags: ["x", "y"] });
  t.match(await call("POST", "/contacts", { ...ana, email: "BO@shop.example" }), {
    status: 409,
    body: { error: { code: "CONFLICT" } },
  });
  const bad: [unknown, string[]][] = [
    [{}, ["email", "firstName"]],
    [{ email: "x@y.example" }, ["firstName"]],
    [{ email: "x@y.example", firstName: "" }, ["firstName"]],
    [{ email: "nobody", firstName: "A" }, ["email"]],
    [{ email: null, firstName: null }, ["email", "firstName"]],
    [{ ...ana, unsubscribed: true }, ["unsubscribed"]],
    [{ ...ana, locationId: "berlin" }, ["locationId"]],
    [{ ...ana, customFields: { big: "x".repeat(65_536) } }, ["customFields"]],
  ];
  for (const [body, paths] of bad) {
    const answer = await call("POST", "/contacts", body);
    t.match(answer, { status: 400, body: { error: { code: "VALIDATION_ERROR" } } });
    t.same(
      answer.body.error.details.fields.map(({ path }: { path: string }) => path),
      paths,
      answer.text,
    );
  }
  t.match(await call("POST", "/contacts", { ...ana, locationId: UNKNOWN_ID }), {
    status: 422,
    body: { error: { code: "UNKNOWN_LOCATION" } },
  });
});

test("contract §4: the list and its filters", async (t) => {
  const { call, clock } = await api(t);
  for (const contact of [
    ana,
    { email: "bo@shop.example", firstName: "Bo", lastName: "Anders", phone: "+49 151 23456789" },
    { email: "cy@else.example", firstName: "Cy", locationId: berlin.id },
  ]) {
    await call("POST", "/contacts", contact);
    clock.time += 1;
  }
  const names = async (query: string): Promise<string> => {
    const { data } = (await call("GET", `/contacts?${query}`)).body as { data: { firstName: string }[] };
    return data.map(({ firstName }) => firstName).join(" ");
  };
  t.equal(await names(""), "Cy Bo Ana", "newest first");
  t.equal(await names("search=AN"), "Bo Ana");
  t.equal(await names("search=else"), "Cy");
  t.equal(await names("search=%25"), "", "nothing is a wildcard");
  t.equal(await names("search="), "Cy Bo Ana");
  t.equal(await names("email=ANA%40shop.example"), "Ana");
  t.equal(await names("email=ana"), "");
  for (const phone of ["%2B4915123456789", "+4915123456789", "%2B49%20151%2023456789"])
    t.equal(await names(`phone=${phone}`), "Bo", phone);
  t.equal(await names(`location_id=${berlin.id}`), "Cy");
  t.equal(await names(`location_id=${UNKNOWN_ID}`), "");
  for (const wrong of ["location_id=berlin", "locationId=x", "email=a&email=b"])
    t.equal((await call("GET", `/contacts?${wrong}`)).status, 400, wrong);
});

test("contract §4: PATCH", async (t) => {
  const { call, clock } = await api(t);
  const { id } = (await call("POST", "/contacts", { ...ana, tags: ["a", "b"], customFields: { x: 1, y: 1 } })).body
    .data;
  clock.time = NOW + 1_000;
  const patch = async (body: unknown) => call("PATCH", `/contacts/${id}`, body);
  t.match((await patch({ customFields: { y: 2 }, tags: ["c"] })).body.data, {
    customFields: { x: 1, y: 2 },
    tags: ["c"],
    updatedAt: "2026-02-10T10:30:01.000Z",
  });
  t.match(
    (await patch({ unsubscribed: true, locationId: berlin.id, timeZone: "Europe/Berlin", phone: "030 123456" })).body
      .data,
    { unsubscribed: true, locationId: berlin.id, timeZone: "Europe/Berlin", phone: "+4930123456" },
  );
  t.equal(
    (await patch({ phone: "040 123456" })).body.data.phone,
    "+4940123456",
    "the contact's own location reads its phone",
  );
  t.match(
    (await patch({ locationId: null, timeZone: null, phone: null, tags: null, customFields: null, firstName: null }))
      .body.data,
    { locationId: null, timeZone: null, phone: null, tags: [], customFields: {}, firstName: null },
  );
  t.equal((await patch({ email: " New@Shop.example" })).body.data.email, "new@shop.example");
  t.equal((await patch({})).status, 200);
  await call("POST", "/contacts", { email: "taken@shop.example", firstName: "T" });
  t.match(await patch({ email: "taken@shop.example" }), { status: 409, body: { error: { code: "CONFLICT" } } });
  for (const bad of [
    { email: "x" },
    { email: null },
    { unsubscribed: "yes" },
    { createdAt: "2026-02-10T10:30:00.000Z" },
    { timeZone: "+02:00" },
    [],
    undefined,
  ]) {
    t.equal((await patch(bad)).status, 400, JSON.stringify(bad));
  }
  t.match(await patch({ locationId: UNKNOWN_ID }), { status: 422, body: { error: { code: "UNKNOWN_LOCATION" } } });
});

test("contract §4: DELETE, and what was still to be sent is cancelled", async (t) => {
  const { call } = await api(t);
  const run = await call("POST", "/sequences/welcome/execute", { contacts: [ana] });
  const [{ contactId, sendingId }] = run.body.data.results;
  const gone = await call("DELETE", `/contacts/${contactId}`);
  t.match(gone, { status: 204, text: "" });
  t.equal((await call("GET", `/contacts/${contactId}`)).status, 404);
  t.match((await call("GET", `/sendings/${sendingId}`)).body.data, { status: "cancelled", reason: "by_call" });
  t.equal((await call("DELETE", `/contacts/${contactId}`)).status, 404);
});

test("contract §4: timeline and erasure", async (t) => {
  const { call } = await api(t);
  const run = await call("POST", "/sequences/welcome/execute", { contacts: [ana] });
  const [{ contactId, sendingId }] = run.body.data.results;
  const timeline = await call("GET", `/contacts/${contactId}/timeline?limit=1`);
  t.match(timeline.body.meta, { page: 1, perPage: 1 });
  t.same(Object.keys(timeline.body.data[0]).sort(), [
    "at",
    "attemptId",
    "kind",
    "note",
    "outcome",
    "providerId",
    "reason",
    "sendingId",
    "stepId",
  ]);
  t.match(timeline.body.data[0], { kind: "created", sendingId, at: "2026-02-10T10:30:00.000Z" });
  const erased = await call("POST", `/contacts/${contactId}/erase`, {});
  t.equal(erased.status, 200);
  t.match(erased.body.data, { contacts: 1, sendings: 1, messages: 0 });
  t.equal((await call("GET", `/contacts/${contactId}/timeline`)).status, 404);
  t.equal((await call("POST", `/contacts/${contactId}/erase`)).status, 404);
  t.match((await call("GET", `/sendings/${sendingId}`)).body.data, { status: "cancelled", reason: "erased" });
});

test("contract §2: another organization's id, an unknown one and what is none are 404", async (t) => {
  const { call } = await api(t);
  const { id } = (await call("POST", "/contacts", ana)).body.data;
  for (const [method, path] of [
    ["GET", ""],
    ["PATCH", ""],
    ["DELETE", ""],
    ["GET", "/timeline"],
    ["POST", "/erase"],
  ] as const) {
    const body = method === "PATCH" ? { firstName: "Eve" } : undefined;
    for (const [who, key] of [
      [id, OTHER_KEY],
      [UNKNOWN_ID, undefined],
      ["ana", undefined],
      ["..%2F", undefined],
    ] as const) {
      const answer = await call(method, `/contacts/${who}${path}`, body, key === undefined ? {} : { key });
      t.match(answer, { status: 404, body: { error: { code: "NOT_FOUND" } } }, `${method} ${who}${path}`);
    }
  }
  t.equal((await call("GET", `/contacts/${id}`)).body.data.firstName, "Ana");
});

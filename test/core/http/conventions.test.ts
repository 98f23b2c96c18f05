import { test } from "tap";
import { api } from "./api.js";
import { KEY } from "./parts.js";

const person = { email: "ana@shop.example", firstName: "Ana" };

test("contract §1: success is data, lists have meta, times have milliseconds, empty values are empty", async (t) => {
  const { call } = await api(t);
  const made = await call("POST", "/contacts", person);
  t.match(made.headers, {
    "content-type": "application/json; charset=utf-8",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  });
  const { data } = made.body;
  t.match(data, { createdAt: "2026-02-10T10:30:00.000Z", lastName: null, customFields: {}, tags: [] });
  t.match(data.id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/, "a UUIDv7");
  t.same((await call("GET", "/contacts")).body, {
    data: [data],
    meta: { page: 1, perPage: 50, total: 1, totalPages: 1 },
  });
});

test("contract §1: paging", async (t) => {
  const { call } = await api(t);
  for (let n = 0; n < 5; n++) await call("POST", "/contacts", { ...person, email: `a${n}@shop.example` });
  const page = async (query: string) =>
    (await call("GET", `/contacts?${query}`)).body as { data: object[]; meta: Record<string, number> };
  t.same((await page("limit=2")).meta, { page: 1, perPage: 2, total: 5, totalPages: 3 });
  t.equal((await page("limit=2&page=3")).data.length, 1);
  t.same(
    await page("page=4&limit=2"),
    { data: [], meta: { page: 4, perPage: 2, total: 5, totalPages: 3 } },
    "beyond the end",
  );
  t.equal((await page("limit=100")).meta["perPage"], 100);
  t.equal((await page("limit=101")).meta["perPage"], 100, "capped, not refused");
  t.equal((await page("limit=9007199254740991")).meta["perPage"], 100);
  t.same((await page("page=1000000000")).data, []);
  for (const wrong of [
    "page=0",
    "page=-1",
    "page=1.5",
    "page=x",
    "page=",
    "page=1&page=2",
    "page=1e99",
    "limit=0",
    "limit=-5",
    "limit=ten",
    "offset=3",
  ]) {
    const { status, body } = await call("GET", `/contacts?${wrong}`);
    t.match({ status, body }, { status: 400, body: { error: { code: "VALIDATION_ERROR" } } }, wrong);
    t.equal(body.error.details.fields[0].path, wrong.split("=")[0], wrong);
  }
});

test("contract §1: the request id is kept or made, on every answer", async (t) => {
  const { call } = await api(t);
  const idOf = async (given: string | undefined, path = "/contacts", key: string | null = KEY) =>
    (await call("GET", path, undefined, { key, headers: given === undefined ? {} : { "x-request-id": given } }))
      .headers["x-request-id"];
  for (const good of ["a", "!~", "x".repeat(128), "00-4bf92f3577b34da6-01"]) t.equal(await idOf(good), good);
  for (const bad of [undefined, "", "x".repeat(129), "a b", "é", "a\tb"])
    t.match(await idOf(bad), /^[0-9a-f-]{36}$/, String(bad));
  t.equal(await idOf("of-404", "/nothing"), "of-404");
  t.equal(await idOf("of-401", "/contacts", null), "of-401");
  t.equal(await idOf("of-400", "/contacts?page=0"), "of-400");
  t.equal(await idOf("of-page", "/u/x"), "of-page");
  t.not(await idOf(undefined), await idOf(undefined));
});

test("contract §1: unknown keys are named", async (t) => {
  const { call } = await api(t);
  const execute = { contacts: [{ email: "a@b.example", fistName: "Ana" }], contxt: {} };
  const cases: [string, string, unknown, string[]][] = [
    ["POST", "/contacts", { ...person, id: "1", constructr: 1 }, ["id", "constructr"]],
    ["POST", "/sequences/welcome/execute", execute, ["contacts[0].fistName", "contxt"]],
    ["POST", "/executions/5e900000-0000-7000-8000-000000000009/cancel", { force: true }, ["force"]],
    ["POST", "/sendings/5e900000-0000-7000-8000-000000000009/retry", { force: true }, ["force"]],
    ["POST", "/contacts/5e900000-0000-7000-8000-000000000009/erase", { force: true }, ["force"]],
    ["PUT", "/channels/email/resume", { force: true }, ["force"]],
  ];
  for (const [method, path, body, paths] of cases) {
    const answer = await call(method, path, body);
    t.match(answer, { status: 400, body: { error: { code: "VALIDATION_ERROR" } } }, path);
    t.same(answer.body.error.details.fields.map((field: { path: string }) => field.path).sort(), paths.sort(), path);
    t.match(answer.body.error.details.fields[0].message, "is not a known field");
  }
});

test("contract §1: the content type of a body", async (t) => {
  const { call } = await api(t);
  const status = async (headers: Record<string, string>, raw: string | Buffer = JSON.stringify(person)) => {
    const { status, body } = await call("POST", "/contacts", undefined, { raw, headers });
    return `${status} ${body.error?.code ?? ""}`.trim();
  };
  const refused = "415 UNSUPPORTED_MEDIA_TYPE";
  for (const type of [
    "text/plain",
    "application/xml",
    "application/jsonp",
    "application/vnd.api+json",
    "json",
    "",
    "multipart/form-data; boundary=x",
  ]) {
    t.equal(await status({ "content-type": type }), refused, type);
  }
  t.equal(await status({}), refused, "none");
  t.equal(await status({ "content-type": "application/json; charset=latin1" }), refused);
  t.equal(await status({ "content-type": "application/json", "content-encoding": "gzip" }), refused);
  t.equal(await status({ "content-type": 'Application/JSON ; Charset="UTF-8"' }), "201");
  t.equal(
    await status({ "content-type": "application/json;odata=verbose" }),
    "409 CONFLICT",
    "a parameter that means nothing here",
  );
  t.equal(
    await status({ "content-type": "text/plain" }, ""),
    "400 VALIDATION_ERROR",
    "without a body the header does not matter",
  );
});

test("contract §1: hostile JSON", async (t) => {
  const { call } = await api(t);
  const send = (raw: string | Buffer) =>
    call("POST", "/contacts", undefined, { raw, headers: { "content-type": "application/json" } });
  for (const raw of [
    "{",
    "null",
    "[]",
    '"x"',
    "[".repeat(400_000),
    '{"__proto__":{}}',
    '{"\\u0063onstructor":1}',
    Buffer.from([0xff]),
  ]) {
    t.match(
      await send(raw),
      { status: 400, body: { error: { code: "VALIDATION_ERROR" } } },
      raw.toString().slice(0, 20),
    );
  }
  const padding = (bytes: number) => JSON.stringify(person).padEnd(bytes, " ");
  t.match(await send(padding(5 * 1024 * 1024 + 1)), { status: 413, body: { error: { code: "PAYLOAD_TOO_LARGE" } } });
  t.match(await send(padding(5 * 1024 * 1024)), { status: 201 });
});

test("texts that no database likes are no fault of ours", async (t) => {
  const { call } = await api(t);
  for (const [n, odd] of [
    "\ud800",
    "a\0b",
    "\u202eabc",
    "'; DROP TABLE contacts; --",
    "$ne",
    "\r\nBcc: x@y.example",
  ].entries()) {
    const made = await call("POST", "/contacts", {
      email: `odd${n}@shop.example`,
      firstName: odd,
      customFields: { [odd]: odd },
      tags: [odd],
    });
    t.equal(made.status, 201, JSON.stringify(odd));
    t.equal((await call("GET", `/contacts/${made.body.data.id}`)).status, 200);
    t.equal((await call("GET", `/contacts?search=${encodeURIComponent(odd.replace("\ud800", "?"))}`)).status, 200);
    t.equal(
      (
        await call("POST", "/sequences/welcome/execute", {
          contacts: [{ email: odd }, { email: "b@b.example", firstName: odd }],
          context: { odd },
        })
      ).status,
      200,
    );
  }
  for (const path of [
    "/contacts/%00",
    "/sequences/%00",
    "/sequences/%F0%9F%98%80",
    "/contacts/..%2f",
    "/channels/%0a/resume",
  ]) {
    t.equal((await call("GET", path)).status >= 500, false, path);
  }
});

test("a trailing slash is the same path, and HEAD is GET without a body", async (t) => {
  const { call } = await api(t);
  t.equal((await call("GET", "/contacts/")).status, 200);
  const head = await call("HEAD", "/contacts");
  t.match(head, { status: 200, text: "" });
  t.ok(Number(head.headers["content-length"]) > 10);
});

import { test } from "tap";
import { api } from "./api.js";
import { KEY, links } from "./parts.js";

const CANARY = "canary7f3a";

test("no line of the log holds a key, a token or anything of a person", async (t) => {
  const { call, lines, store } = await api(t);
  const person = {
    email: `${CANARY}@shop.example`,
    firstName: CANARY,
    phone: "+4915123456789",
    customFields: { [CANARY]: CANARY },
    tags: [CANARY],
  };
  const made = await call("POST", "/contacts", person);
  const { id } = made.body.data;
  const run = await call(
    "POST",
    "/sequences/welcome/execute",
    { contacts: [person, { email: CANARY }], context: { [CANARY]: CANARY } },
    { headers: { "idempotency-key": CANARY } },
  );
  const token = links.token(run.body.data.results[0].sendingId);
  const refused = `dem_${CANARY}`;
  await call("GET", `/contacts?search=${CANARY}&email=${CANARY}@shop.example`);
  await call("GET", `/contacts?${CANARY}=1`);
  await call("GET", `/contacts/${CANARY}`);
  await call("GET", `/${CANARY}`);
  await call("GET", `/sequences/${CANARY}`);
  await call("PATCH", `/contacts/${id}`, { [CANARY]: CANARY });
  await call("POST", "/contacts", undefined, { raw: `{"${CANARY}`, headers: { "content-type": "application/json" } });
  await call("GET", "/contacts", undefined, { key: refused });
  await call("GET", "/contacts", undefined, {
    headers: { authorization: `Bearer ${refused}`, cookie: `a=${CANARY}`, "user-agent": CANARY },
  });
  await call("GET", `/u/${token}`, undefined, { key: null });
  await call("POST", `/u/${token}`, undefined, { key: null });
  store.contacts.list = () => Promise.reject(new Error("broken"));
  await call("GET", `/contacts?search=${CANARY}`);
  await call("POST", `/contacts/${id}/erase`);

  t.equal(lines.length, 15);
  const text = lines
    .map((line) => JSON.stringify(line, (_key, value: unknown) => (value instanceof Error ? value.stack : value)))
    .join("\n");
  for (const secret of [CANARY, KEY, "4915123456789", token]) t.notMatch(text, secret);
});

test("one line a request, with ids, route, status and time", async (t) => {
  const { call, lines } = await api(t);
  const made = await call("POST", "/contacts", { email: "ana@shop.example", firstName: "Ana" });
  await call("GET", `/contacts/${made.body.data.id}?page=1`, undefined, { headers: { "x-request-id": "req-1" } });
  t.equal(lines.length, 2);
  const { ms, keyId, ...line } = lines[1]!;
  t.same(line, {
    ...{
      level: "info",
      message: "request",
      requestId: "req-1",
      method: "GET",
      route: "/api/v1/contacts/{id}",
      status: 200,
    },
    ...{ organization: "default", id: made.body.data.id },
  });
  t.type(ms, "number");
  t.match(keyId, /^[0-9a-f-]{36}$/);
});

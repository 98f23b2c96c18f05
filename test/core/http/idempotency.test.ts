import { test } from "tap";
import { api, OTHER_KEY, welcome } from "./api.js";
import { contacts, execute, one, sendings } from "./execute-calls.js";

test("contract §3: a dry run answers and writes nothing, whatever its key", async (t) => {
  const subject = await api(t);
  for (let n = 0; n < 2; n++) {
    const answer = await execute(subject, { ...one, dryRun: true }, { headers: { "idempotency-key": "dry" } });
    t.match(answer, {
      status: 200,
      body: { data: { executionId: null, sendingsCreated: 1, results: [{ status: "queued", contactId: null }] } },
    });
    t.equal(answer.headers["idempotent-replayed"], undefined);
  }
  t.match([await contacts(subject), await sendings(subject)], [0, 0]);
  t.equal((await execute(subject, one, { headers: { "idempotency-key": "dry" } })).status, 200, "the key is free");
});

test("contract §3: the same key and call is answered byte for byte", async (t) => {
  const subject = await api(t);
  const first = await execute(
    subject,
    { ...one, context: { a: 1, b: 2 } },
    { headers: { "idempotency-key": "order-1" } },
  );
  t.equal(first.headers["idempotent-replayed"], undefined);
  const spellings: [Record<string, unknown>, string, string][] = [
    [{ ...one, context: { a: 1, b: 2 } }, "welcome", "order-1"],
    [{ context: { b: 2, a: 1 }, ...one }, "welcome", '"order-1"'],
    [{ ...one, context: { a: 1, b: 2 } }, welcome.id, "order-1"],
  ];
  for (const [body, path, key] of spellings) {
    const again = await execute(subject, body, { path, headers: { "idempotency-key": key } });
    t.equal(again.text, first.text);
    t.equal(again.headers["idempotent-replayed"], "true");
    t.equal(again.status, 200);
  }
  t.equal(await sendings(subject), 1);
  for (const [body, path] of [
    [one, "welcome"],
    [{ ...one, context: { a: 1, b: 2 } }, "news"],
  ] as const) {
    t.match(await execute(subject, body, { path, headers: { "idempotency-key": "order-1" } }), {
      status: 422,
      body: { error: { code: "IDEMPOTENCY_KEY_REUSED" } },
    });
  }
  t.match(
    await execute(
      subject,
      { contacts: [{ email: "a@shop.example" }] },
      { path: "theirs", key: OTHER_KEY, headers: { "idempotency-key": "order-1" } },
    ),
    { status: 200 },
    "another organization's keys are its own",
  );
});

test("contract §3: a refused call keeps no answer under its key", async (t) => {
  const subject = await api(t);
  const headers = { "idempotency-key": "later" };
  t.equal((await execute(subject, { contacts: [{ email: "bad" }] }, { headers })).status, 422);
  t.equal((await execute(subject, one, { headers })).status, 200);
});

test("contract §3: calls that race with one key make one execution", async (t) => {
  const subject = await api(t);
  const answers = await Promise.all(
    Array.from({ length: 12 }, () => execute(subject, one, { headers: { "idempotency-key": "race" } })),
  );
  t.equal(new Set(answers.map(({ text }) => text)).size, 1);
  t.equal(answers.filter(({ headers }) => headers["idempotent-replayed"] === undefined).length, 1);
  t.equal(await sendings(subject), 1);
});

test("contract §3: a key that is none", async (t) => {
  const subject = await api(t);
  for (const key of ["", "a b", "é", '"open', "x".repeat(256)]) {
    t.match(
      await execute(subject, one, { headers: { "idempotency-key": key } }),
      { status: 400, body: { error: { code: "VALIDATION_ERROR" } } },
      key.slice(0, 9),
    );
  }
  t.equal((await execute(subject, one, { headers: { "idempotency-key": "x".repeat(255) } })).status, 200);
  t.equal(await sendings(subject), 1);
});

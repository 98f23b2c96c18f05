import t from "tap";
import { chunked } from "../../../../core/cli/execute/chunks.js";
import type { Row } from "../../../../core/cli/execute/contact-fields.js";

const request = { sequence: "welcome", shared: { locationId: "l" } };

t.test("people go in calls of at most 100, each with the shared fields", async (t) => {
  const chunks = chunked(people(250), request);
  t.same(
    chunks.map(({ rows }) => rows.length),
    [100, 100, 50],
  );
  for (const { rows, body } of chunks)
    t.same(JSON.parse(body), { contacts: rows.map(({ contact }) => contact), locationId: "l" });
});

t.test("keys are the same every time, and differ between calls, sequences and options", async (t) => {
  const [first, again] = [chunked(people(250), request), chunked(people(250), request)];
  const keys = first.map(({ idempotencyKey }) => idempotencyKey);
  t.same(
    again.map(({ idempotencyKey }) => idempotencyKey),
    keys,
  );
  t.equal(keys[0], "32fe5804bcb91d977e1adc25b175c69bd0bafc0a6c48b72f3bf5fd5a2d1de72a");
  const others = [
    ...chunked(people(250), { ...request, sequence: "other" }),
    ...chunked(people(250), { ...request, shared: {} }),
  ].map(({ idempotencyKey }) => idempotencyKey);
  t.equal(new Set([...keys, ...others]).size, 9);
});

t.test("a correction further down keeps the keys before it", async (t) => {
  const corrected = people(250).map((row, index) =>
    index === 249 ? { ...row, contact: { ...row.contact, title: "Dr" } } : row,
  );
  const [before, after] = [chunked(people(250), request), chunked(corrected, request)];
  t.same(
    before.map(({ idempotencyKey }, index) => idempotencyKey === after[index]?.idempotencyKey),
    [true, true, false],
  );
});

t.test("rows of one address travel in one call, however far apart they stand", async (t) => {
  const rows = [...people(99), row(99, "late@example.com"), ...people(150).slice(100), row(151, " LATE@example.com")];
  const [first, second] = chunked(rows, request);
  t.equal(first?.rows.length, 99);
  t.same(
    second?.rows.slice(0, 2).map(({ place }) => place),
    ["line 99", "line 151"],
  );
  t.throws(
    () =>
      chunked(
        Array.from({ length: 101 }, (_, index) => row(index, "one@example.com")),
        request,
      ),
    {
      message: "One address stands there more than 100 times, the last time at line 100",
    },
  );
});

function people(count: number): Row[] {
  return Array.from({ length: count }, (_, index) => row(index, `p${index}@example.com`));
}

function row(line: number, email: string): Row {
  return { place: `line ${line}`, contact: { email } };
}

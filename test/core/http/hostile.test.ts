import fc from "fast-check";
import { test } from "tap";
import { api, welcome } from "./api.js";
import { berlin, NOW } from "./parts.js";

const odd = fc.oneof(
  fc.constantFrom(
    "$ne",
    "__proto__",
    "constructor",
    "a\r\nb",
    "\u202e",
    "\0",
    "\ud800",
    "%00",
    "../..",
    "<script>",
    "' OR 1=1 --",
    "{{ 7 }}",
    "",
  ),
  fc.string({ unit: "binary", maxLength: 20 }),
);
const scalar = fc.oneof(odd, fc.integer(), fc.double(), fc.boolean(), fc.constant(null));
const anything = fc.oneof(scalar, fc.array(scalar, { maxLength: 3 }), fc.dictionary(odd, scalar, { maxKeys: 3 }));
const near = (value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 3, arbitrary: value }, { weight: 1, arbitrary: anything });

const person = {
  email: near(fc.oneof(fc.emailAddress(), odd)),
  firstName: near(odd),
  phone: near(odd),
  preferredLanguage: near(fc.constantFrom("en", "pt-BR")),
  timeZone: near(fc.constantFrom("Europe/Berlin", "UTC")),
  customFields: near(fc.dictionary(odd, scalar, { maxKeys: 3 })),
  tags: near(fc.array(odd, { maxLength: 3 })),
  locationId: near(fc.constantFrom(berlin.id, welcome.id)),
};
const contact = fc.record(person, { requiredKeys: ["email"] });
const execute = fc.record(
  {
    contacts: near(fc.array(near(contact), { maxLength: 4 })),
    context: near(fc.dictionary(odd, scalar)),
    scheduledAt: near(fc.constant(new Date(NOW).toISOString())),
    dryRun: near(fc.boolean()),
  },
  { requiredKeys: ["contacts"] },
);
const asked = fc.oneof(
  fc.record({
    method: fc.constantFrom("POST", "PATCH", "DELETE"),
    path: fc.constantFrom("/contacts", `/contacts/${welcome.id}`),
    body: near(contact),
  }),
  fc.record({
    method: fc.constant("POST"),
    path: fc.constantFrom("/sequences/welcome/execute", "/sequences/news/execute"),
    body: near(execute),
  }),
  fc.record({
    method: fc.constantFrom("GET", "HEAD"),
    path: fc
      .tuple(
        fc.constantFrom("/contacts", "/sendings", "/outbox", "/sequences", "/locations"),
        fc.constantFrom("page", "limit", "search", "phone", "email", "from", "to", "status", "location_id"),
        odd,
      )
      .map(([path, name, value]) => `${path}?${name}=${encodeURIComponent(value.replace(/\p{Cs}/gu, "?"))}`),
    body: fc.constant(undefined),
  }),
  fc.record({
    method: fc.constantFrom("GET", "POST", "PUT"),
    path: odd
      .map((text) => `/${encodeURIComponent(text.replace(/\p{Cs}/gu, "?"))}/cancel`)
      .chain((rest) =>
        fc.constantFrom(`/sendings${rest}`, `/executions${rest}`, `/channels${rest}`, `/sequences${rest}`),
      ),
    body: near(fc.constant({})),
  }),
);

test("whatever is sent, the answer is one of the contract and never our fault", async (t) => {
  const { call, lines } = await api(t);
  const seen = new Set<number>();
  await fc.assert(
    fc.asyncProperty(
      asked,
      fc.option(
        odd.map((text) => text.replace(/[^\x20-\x7e]/g, "")),
        { freq: 5, nil: undefined },
      ),
      async ({ method, path, body }, key) => {
        const answer = await call(method, path, body, key === undefined ? {} : { headers: { "idempotency-key": key } });
        seen.add(answer.status);
        const error = answer.body?.error as { code: string; message: string } | undefined;
        const whole =
          answer.status < 400
            ? error === undefined
            : method === "HEAD" || (/^[A-Z_]+$/.test(error?.code ?? "") && (error?.message ?? "") !== "");
        return answer.status < 500 && whole && answer.headers["x-request-id"] !== undefined;
      },
    ),
    { numRuns: 1_500 },
  );
  t.same(
    lines.filter(({ level }) => level !== "info"),
    [],
  );
  for (const status of [200, 201, 400, 404, 405, 422]) t.ok(seen.has(status), `${status} was among them`);
});

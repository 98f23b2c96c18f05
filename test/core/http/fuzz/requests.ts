import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { berlin, eva, NOW } from "../parts.js";

/** A request yet without its ids: `known` picks from what earlier answers named, `other` stands as it is. */
export interface Asked {
  route: string;
  id: { known: number } | { other: string };
  query: Readonly<Record<string, string>>;
  /** A value to be sent as JSON, or bytes as they are; `undefined`: no body. */
  body: unknown;
  headers: Readonly<Record<string, string>>;
  who: "us" | "them" | "nobody" | "stranger";
}

/** The texts that have broken something somewhere. */
const hostile = fc.constantFrom(
  ...["$ne", "__proto__", "constructor", "toString", "a\r\nb: c", "\u202e", "\0", "\ud800", "%00", "%zz", "../..", ""],
  ...[
    "<script>",
    "' OR 1=1 --",
    "{{ 7 }}",
    "{% include 'x' %}",
    "=1+1",
    "ﬁ",
    "ı",
    "İ",
    "\u0000@x.example",
    "a".repeat(5_000),
  ],
);
const odd = fc.oneof(hostile, fc.string({ unit: "binary", maxLength: 20 }));
const scalar = fc.oneof(odd, fc.integer(), fc.double(), fc.boolean(), fc.constant(null), fc.constant(1e308));
const anything = fc.oneof(scalar, fc.array(scalar, { maxLength: 3 }), fc.dictionary(odd, scalar, { maxKeys: 3 }));
const near = (value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 60, arbitrary: value }, { weight: 1, arbitrary: anything });

const word = fc.constantFrom("Ann", "O'Neil", "Zoë", "李", "-");
const address = fc.oneof(
  { weight: 5, arbitrary: fc.nat(40).map((n) => `person-${n}@fuzz.example`) },
  { weight: 1, arbitrary: fc.emailAddress() },
  { weight: 1, arbitrary: odd },
);
const fields = {
  firstName: near(word),
  lastName: near(fc.option(word)),
  phone: near(fc.constantFrom("+49 30 1234567", "030 1234567", "12")),
  title: near(word),
  preferredLanguage: near(fc.constantFrom("en", "pt-BR", null)),
  timeZone: near(fc.constantFrom("Europe/Berlin", "UTC", null)),
  customFields: near(fc.dictionary(word, scalar, { maxKeys: 3 })),
  tags: near(fc.array(word, { maxLength: 3 })),
  locationId: near(fc.constantFrom(berlin.id, eva.id, null)),
};
const contact = fc.record({ email: near(address), ...fields }, { requiredKeys: ["email", "firstName"] });
const patch = fc.record({ email: near(address), unsubscribed: near(fc.boolean()), ...fields }, { requiredKeys: [] });
const call = fc.record(
  {
    contacts: near(
      fc.array(
        fc.record({ email: near(address), ...fields, context: near(fc.constant({})) }, { requiredKeys: ["email"] }),
        {
          minLength: 1,
          maxLength: 4,
        },
      ),
    ),
    locationId: near(fc.constantFrom(berlin.id, null)),
    employeeId: near(fc.constantFrom(eva.id, null)),
    context: near(fc.dictionary(word, scalar)),
    scheduledAt: near(fc.constantFrom(new Date(NOW).toISOString(), "2026-02-10T10:30:00+02:00", null)),
    dryRun: near(fc.boolean()),
  },
  { requiredKeys: ["contacts"] },
);
const dryRun = near(fc.boolean());
const from = near(fc.constantFrom(new Date(NOW).toISOString(), "2027-01-01T00:00:00Z"));
/** Mostly dry: each that is not works on every event once more. */
const replays = fc.record(
  {
    ...{ source: near(fc.constantFrom("leads", "salon")), from, to: from, dryRun: near(fc.constant(true)) },
    ...{ status: near(fc.constantFrom("processed", "dead", "ignored", "received")), confirm: near(fc.nat(200)) },
  },
  { requiredKeys: ["dryRun"] },
);
/** What comes to the door of a source. */
const delivery = fc.record({ email: near(address) }, { requiredKeys: [] });
const bodies: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  "POST /api/v1/sequences/{id}/execute": call,
  "POST /api/v1/contacts": contact,
  "PATCH /api/v1/contacts/{id}": patch,
  "POST /api/v1/events/{id}/replay": fc.record({ dryRun }, { requiredKeys: [] }),
  "POST /api/v1/events/replay": replays,
  "POST /webhooks/{source}": delivery,
};
const nothing = fc.constantFrom(undefined, {});

const keys = (count: number): string => `{${Array.from({ length: count }, (_, n) => `"k${n}":0`).join(",")}}`;
/** Bodies that are no JSON, or no JSON that anybody should read, with what their headers say of them. */
const broken = fc.constantFrom<Pick<Asked, "body" | "headers">>(
  ...[
    keys(80_000),
    "[".repeat(100_000),
    `${'{"a":'.repeat(33)}1${"}".repeat(33)}`,
    '{"__proto__":{}}',
    '{"a":1',
    "\ufeff{}",
  ].map((text) => ({ body: Buffer.from(text), headers: { "content-type": "application/json" } })),
  { body: Buffer.alloc(6 * 2 ** 20, " "), headers: { "content-type": "application/json" } },
  {
    body: gzipSync(Buffer.alloc(2 ** 20)),
    headers: { "content-type": "application/json", "content-encoding": "gzip" },
  },
  { body: Buffer.from("{}", "utf16le"), headers: { "content-type": "application/json; charset=utf-16" } },
  { body: Buffer.from([0x7b, 0xff, 0x7d]), headers: { "content-type": "application/json" } },
  { body: Buffer.from("a=1"), headers: { "content-type": "application/x-www-form-urlencoded" } },
);

const filters = [
  "page",
  "limit",
  "search",
  "phone",
  "email",
  "location_id",
  "status",
  "sequence",
  "contact",
  "execution",
  "source",
  "type",
];
const values = fc.oneof(
  odd,
  fc.constantFrom(
    "1",
    "2",
    "100",
    "-1",
    "1e9",
    "sent",
    "held",
    "dead",
    "leads",
    "welcome",
    berlin.id,
    "2026-02-10T10:30:00Z",
  ),
);
const query = fc.oneof(
  { weight: 3, arbitrary: fc.constant({}) },
  {
    weight: 1,
    arbitrary: fc.dictionary(fc.constantFrom(...filters, "from", "to", "sending", "page[]", "x"), values, {
      maxKeys: 2,
    }),
  },
);
const id = fc.oneof(
  { weight: 8, arbitrary: fc.record({ known: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ other: odd.map((text) => text || "-") }) },
  { weight: 1, arbitrary: fc.record({ other: fc.uuid() }) },
);
const who = fc.oneof(
  { weight: 20, arbitrary: fc.constant("us" as const) },
  { weight: 1, arbitrary: fc.constantFrom("them" as const, "nobody" as const, "stranger" as const) },
);
const idempotency = fc.oneof(
  { weight: 4, arbitrary: fc.constant({}) },
  { weight: 1, arbitrary: fc.nat(5).map((n) => ({ "idempotency-key": `"key-${n}"` })) },
  { weight: 1, arbitrary: odd.map((text) => ({ "idempotency-key": text.replace(/[^\x20-\x7e]/g, "") })) },
);
const otherVerb = fc.constantFrom("PUT", "TRACE", "OPTIONS", "HEAD", "PATCH", "DELETE");

/** A request to one of `routes` (`METHOD /path/{id}`): mostly what a client would send, often nearly so, sometimes not at all. */
export function requests(routes: readonly string[]): fc.Arbitrary<Asked> {
  const proper = fc.constantFrom(...routes).chain((route) => {
    const body = route.startsWith("GET") ? fc.constant(undefined) : (bodies[route] ?? nothing);
    return fc.record<Asked>({ route: fc.constant(route), id, query, body, headers: idempotency, who });
  });
  const writing = routes.filter((route) => !route.startsWith("GET"));
  return fc.oneof(
    { weight: 20, arbitrary: proper },
    { weight: 2, arbitrary: fc.tuple(proper, near(anything)).map(([asked, body]) => ({ ...asked, body })) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(proper, broken, fc.constantFrom(...writing))
        .map(([asked, bad, route]) => ({ ...asked, ...bad, route })),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(proper, otherVerb)
        .map(([asked, verb]) => ({ ...asked, route: asked.route.replace(/^\w+/, verb) })),
    },
  );
}

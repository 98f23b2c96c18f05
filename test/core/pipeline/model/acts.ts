import fc from "fast-check";
import type { ContactFields, ContactPatch } from "../../../../core/contracts/rules.js";
import type { Act, Draft } from "./act.js";
import { addresses, phones, spellings, type Entry } from "./guests.js";
import { berlin, clerk, minute, nowhere } from "./scripts.js";
import { pauses, type Behaviour, type Kind } from "./world.js";

const kinds: Kind[] = ["accepted", "rejected", "deferred", "later", "uncertain", "throws", "401", "403"];

const address = fc.constantFrom(...addresses);
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 });
const nullable = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null, freq: 4 });

const fields: fc.Arbitrary<ContactFields> = fc.record(
  {
    firstName: nullable(fc.constantFrom("Ann", "Ben")),
    lastName: nullable(fc.constant("Doe")),
    phone: nullable(fc.constantFrom(...Object.keys(phones))),
    title: nullable(fc.constantFrom("Dr", "Count")),
    preferredLanguage: nullable(fc.constantFrom("en", "de")),
    timeZone: nullable(fc.constant("Europe/Berlin")),
    customFields: nullable(fc.dictionary(fc.constantFrom("a", "b"), nullable(fc.nat(2)), { noNullPrototype: true })),
    tags: nullable(fc.array(fc.constantFrom("x", "y", "z"), { maxLength: 3 })),
  },
  { requiredKeys: [], noNullPrototype: true },
);

const place = {
  locationId: fc.constantFrom(
    berlin,
    nowhere,
    berlin,
    nowhere,
    berlin,
    nowhere,
    "10cfffff-0000-7000-8000-000000000000",
  ),
  employeeId: fc.constantFrom(clerk, clerk, clerk, clerk, clerk, clerk, "e39fffff-0000-7000-8000-000000000000"),
  context: fc.dictionary(fc.constantFrom("order", "n"), fc.nat(2), { noNullPrototype: true }),
};

const entry = fc
  .tuple(
    fc.constantFrom(...Object.keys(spellings), "ann@acme.example", "ann@acme.example", "ben@acme.example"),
    fc.oneof({ weight: 1, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: fields }),
    fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: sparse(place) }),
  )
  .map(([email, some, where]): Entry => ({ email, ...some, ...where }));

const draft: fc.Arbitrary<Draft> = fc
  .tuple(
    fc.record({
      sequence: fc.constantFrom(
        "news",
        "receipt",
        "news",
        "receipt",
        "once",
        "news",
        "receipt",
        "once",
        "hollow",
        "nope",
      ),
      byId: fc.boolean(),
      contacts: fc.array(entry, { maxLength: 6, size: "max" }),
    }),
    sparse({
      key: fc.constantFrom("k1", "k2", "k3"),
      scheduledIn: fc.constantFrom(-minute, 0, 90_000, 30 * minute),
      dryRun: fc.boolean(),
    }),
    fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: sparse(place) }),
  )
  .map(([call, some, where]) => ({ ...call, ...some, ...where }));

/** Each of the keys stands there at times. */
function sparse<T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<Partial<T>> {
  const keys = Object.keys(model) as (keyof T)[];
  const entries = keys.map((key) => optional(model[key]).map((value) => (value === undefined ? {} : { [key]: value })));
  return fc.tuple(...entries).map((parts) => Object.assign({}, ...parts) as Partial<T>);
}

const which = fc.nat(9);
const patch: fc.Arbitrary<ContactPatch> = fc
  .tuple(fields, sparse({ email: address, unsubscribed: fc.boolean(), locationId: nullable(fc.constant(berlin)) }))
  .map(([some, more]) => ({ ...some, ...more }));
const behaviour: fc.Arbitrary<Behaviour> = fc
  .tuple(
    fc.constantFrom(...kinds, "accepted", "accepted", "403"),
    optional(fc.tuple(address, fc.constantFrom(...kinds.filter((kind) => !pauses(kind))))),
  )
  .map(([all, one]) => (one ? { all, one: { email: one[0], kind: one[1] } } : { all }));

const execute: fc.Arbitrary<Act> = fc.record({ do: fc.constant("execute"), draft });
const tick: fc.Arbitrary<Act> = fc.record({
  do: fc.constant("tick"),
  by: fc.constantFrom(0, 0, 1_000, 90_000, 5 * minute, 16 * minute, 60 * minute),
});
const behave: fc.Arbitrary<Act> = fc.record({ do: fc.constant("behave"), behaviour });

/** What people and callers do, also while calls are in the air. */
const deeds: fc.Arbitrary<Act>[] = [
  execute,
  fc.record({ do: fc.constant("create"), email: address, firstName: fc.constantFrom("Ann", "Ben") }),
  fc.record({ do: fc.constant("patch"), email: address, patch }),
  fc.record({ do: fc.constantFrom("opt out", "opt out", "opt in", "remove", "erase", "suppress"), email: address }),
  fc.record({ do: fc.constantFrom("retry", "skip", "cancel", "cancel execution"), which }),
  fc.record({ do: fc.constantFrom("retry", "skip"), which }),
  fc.record({ do: fc.constant("resume channel") }),
  fc.record({
    do: fc.constant("status"),
    sequence: fc.constantFrom("news", "receipt", "once"),
    status: fc.constantFrom("active", "active", "paused", "draft"),
  }),
  fc.record({
    do: fc.constant("repeat"),
    which: fc.nat(3),
    changed: fc.constantFrom(false, false, true),
    times: fc.integer({ min: 1, max: 3 }),
  }),
  behave,
];

const flight: fc.Arbitrary<Act> = fc.record({
  do: fc.constant("flight"),
  draft: fc.option(draft, { nil: null, freq: 2 }),
  meanwhile: fc.array(fc.oneof(...deeds), { maxLength: 3, size: "max" }),
  jump: fc.constantFrom(0, 0, 0, 5 * minute),
  end: fc.constantFrom("land", "crash"),
  late: nullable(fc.constantFrom("accepted", "rejected", "uncertain")),
});

/** The provider refuses us for a while, and a probe or a person finds out that it is over. */
const outage: fc.Arbitrary<Act> = fc
  .tuple(fc.constantFrom("401", "403", "403"), draft, behaviour, fc.boolean())
  .map(([refusal, enrolled, after, byHand]): Act => {
    const behaves = (one: Behaviour): Act => ({ do: "behave", behaviour: one });
    const ticks = (by: number): Act => ({ do: "tick", by });
    const acts = [behaves({ all: refusal }), { do: "execute", draft: enrolled } as const, ticks(0), behaves(after)];
    return { do: "story", acts: [...acts, ...(byHand ? [{ do: "resume channel" } as const] : []), ticks(16 * minute)] };
  });

/** The same people come again, at the end of the cool-down or before it, and after they were cancelled or not. */
const comeback: fc.Arbitrary<Act> = fc
  .tuple(draft, fc.constantFrom("cancel", "cancel execution", null), fc.constantFrom(0, 16 * minute, 60 * minute))
  .map(([{ key: _key, ...enrolled }, end, by]): Act => {
    const again: Act = { do: "execute", draft: enrolled };
    const ended: Act[] = end ? [{ do: end, which: 0 }] : [];
    return { do: "story", acts: [again, ...ended, { do: "tick", by }, again] };
  });

/** All that may happen, the more telling more often. */
export const acts: fc.Arbitrary<Act>[] = [
  ...deeds,
  execute,
  execute,
  behave,
  tick,
  tick,
  tick,
  flight,
  flight,
  fc.record({ do: fc.constant("race"), drafts: fc.array(draft, { minLength: 2, maxLength: 4, size: "max" }) }),
  fc.record({ do: fc.constant("sleep"), by: fc.constantFrom(2 * minute, 25 * 60 * minute) }),
  fc.record({ do: fc.constant("crash") }),
  outage,
  comeback,
];

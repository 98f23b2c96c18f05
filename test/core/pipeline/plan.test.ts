import t from "tap";
import type { Directory } from "../../../core/contracts/directory.js";
import type { Location } from "../../../core/contracts/model.js";
import type { Normalizer } from "../../../core/contracts/people.js";
import type { ExecuteCall, ExecuteContact } from "../../../core/contracts/verbs.js";
import { answerBody, executionOf } from "../../../core/pipeline/answer.js";
import { planned, results } from "../../../core/pipeline/plan.js";
import type { Sequence } from "../../../core/contracts/model.js";
import { FakeIds } from "../../fakes/ids.js";

const shop = { id: "l1", country: "DE" } as Location;
const directory: Directory = {
  locations: [shop],
  employees: [],
  location: (id) => (id === "l1" ? shop : undefined),
  employee: () => undefined,
};
const normalizer: Normalizer = {
  email: (raw) => (raw.includes("@") ? raw.trim().toLowerCase() : undefined),
  phone: (raw, country) => `${country ?? "?"}:${raw}`,
};

function plan(contacts: ExecuteContact[], call: Partial<ExecuteCall> = {}) {
  return planned(
    { organization: "o", sequence: "s", source: "api", contacts, ...call },
    { directory, normalizer, ids: new FakeIds() },
  );
}

t.test("one person per address, in the order of the call", async (t) => {
  const { people, entries } = plan([{ email: " Ann@acme.example" }, { email: "ben@acme.example" }]);
  t.same(
    people.map(({ email }) => email),
    ["ann@acme.example", "ben@acme.example"],
  );
  t.same(
    entries.map(({ person }) => person),
    [0, 1],
  );
});

t.test("the same address again is merged, the later wins", async (t) => {
  const { people, entries } = plan([
    {
      email: "ann@acme.example",
      firstName: "A",
      tags: ["a"],
      customFields: { x: 1, y: 1 },
      context: { order: 1, n: 1 },
    },
    { email: "ANN@acme.example", firstName: "Ann", tags: ["b"], customFields: { y: null }, context: { order: 2 } },
  ]);
  t.equal(people.length, 1);
  t.match(people[0], {
    fields: { firstName: "Ann", tags: ["a", "b"], customFields: { x: 1, y: null } },
    context: { order: 2, n: 1 },
  });
  t.match(entries[1], { person: 0, repeated: true });
});

t.test("a contact's own location wins over the call's, and its country reads the phone", async (t) => {
  const { people } = plan([
    { email: "ann@acme.example", phone: "030 1", locationId: "l1" },
    { email: "b@acme.example", phone: "1" },
  ]);
  t.match(people[0], { locationId: "l1", fields: { phone: "DE:030 1" } });
  t.match(people[1], { locationId: null, fields: { phone: "?:1" } });
});

t.test("an unknown location or employee refuses the call", async (t) => {
  t.throws(() => plan([{ email: "a@acme.example" }], { locationId: "nope" }), { code: "UNKNOWN_LOCATION" });
  t.throws(() => plan([{ email: "a@acme.example", employeeId: "nope" }]), { code: "UNKNOWN_EMPLOYEE" });
});

t.test("results stand in the order of the call, with reasons on what is not queued", async (t) => {
  const all = plan([
    { email: "a@acme.example" },
    { email: "bad" },
    { email: "A@acme.example" },
    { email: "c@acme.example" },
  ]);
  const told = results(all, [
    { status: "queued", reason: null, contactId: "c1", sendingId: "s1" },
    { status: "cooldown", reason: "cooldown", contactId: "c2", sendingId: null },
  ]);
  t.same(told, [
    { email: "a@acme.example", contactId: "c1", status: "queued", sendingId: "s1" },
    { email: "bad", contactId: null, status: "invalid", reason: "bad_address" },
    { email: "A@acme.example", contactId: "c1", status: "duplicate", reason: "duplicate_in_call" },
    { email: "c@acme.example", contactId: "c2", status: "cooldown", reason: "cooldown" },
  ]);
});

t.test("the answer names its execution, a dry run none", async (t) => {
  const sequence = { id: "q1", name: "Welcome" } as Sequence;
  const body = answerBody(sequence, "e1", plan([{ email: "a@acme.example" }]), [
    { status: "queued", reason: null, contactId: "c1", sendingId: "s1" },
  ]);
  t.equal(executionOf(body), "e1");
  t.match(JSON.parse(body), {
    data: { sequenceId: "q1", sequenceName: "Welcome", contactsProcessed: 1, sendingsCreated: 1 },
  });
  t.equal(executionOf(answerBody(sequence, null, plan([]), [])), null);
});

import t from "tap";
import type { Directory } from "../../core/contracts/directory.js";
import type { Location } from "../../core/contracts/model.js";
import { engineOf } from "../core/pipeline/engine.js";
import { sequenceOf, step } from "../core/pipeline/sequence.js";

const places = [{ id: "own" }, { id: "whole" }] as Location[];
const find = (id: string) => places.find((one) => one.id === id);
const directory = { locations: places, employees: [], location: find, employee: find } as unknown as Directory;
const hello = sequenceOf([step.email("hello")]);

// Found by test/core/pipeline/model: what the call said stood above what the person's first entry said.
t.test("what is said of one person wins over the whole call, also when they are named again without it", async (t) => {
  const engine = await engineOf(t, hello, { directory });
  const first = { email: "ann@acme.example", locationId: "own", employeeId: "own", context: { order: 1 } };
  const { results } = await engine.call([], {
    contacts: [first, { email: "ANN@acme.example" }],
    locationId: "whole",
    employeeId: "whole",
    context: { order: 0, n: 0 },
  });
  const { locationId, employeeId, context } = await engine.sending(results[0]!.sendingId);
  t.same({ locationId, employeeId, context }, { locationId: "own", employeeId: "own", context: { order: 1, n: 0 } });
});

t.test("a place that the whole call names must exist, also when everybody has one of their own", async (t) => {
  const engine = await engineOf(t, hello, { directory });
  const contacts = [{ email: "ann@acme.example", locationId: "own" }];
  await t.rejects(engine.call([], { contacts, locationId: "nope" }), {
    code: "UNKNOWN_LOCATION",
    details: { locationId: "nope" },
  });
});

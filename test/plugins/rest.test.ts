import { test } from "tap";
import type { Json } from "../../core/contracts/model.js";
import { pluginSuite } from "../../core/contracts/suites/plugin.js";
import { restPlugin } from "../../plugins/rest/rest.js";
import { connections, eventOf, fakeConnectors } from "./fake-connectors.js";
import { home, said, staged } from "./stage.js";

const plugin = restPlugin(fakeConnectors);
const base = { connector: "plain", secrets: ["s"] };
const rule = {
  event: "*",
  when: "event.type == 'lead'",
  execute: "welcome",
  contact: { email: "event.person.email", firstName: "event.person.name" },
  context: { order: "event.order" },
  entity: "'lead:' + string(event.id)",
  startAt: "timestamp(event.at)",
};
const lead = {
  type: "lead",
  id: 12,
  at: "2026-05-01T08:00:00Z",
  order: { n: 3, lines: [1.5, null] },
  person: { email: "ann@b.example", name: "Ann" },
};
const posted = (payload: Json) => eventOf({ type: "", payload });

pluginSuite(test, async () => ({
  subject: {
    plugin,
    home,
    options: { ...base, on: [rule], dedupe: "event.id", auth: "token" },
    events: [posted(lead), posted({ type: "other" }), posted({ type: "lead", person: { email: "x@y.example" } })],
  },
  close: async () => {},
}));

test("a body starts a sequence by mappings alone", async (t) => {
  const { translate } = await staged(plugin, { ...base, on: [rule] });
  t.same(translate(posted(lead)), {
    commands: [
      {
        do: "execute",
        rule: "* welcome",
        sequence: "welcome",
        contact: { email: "ann@b.example", firstName: "Ann" },
        context: { order: { n: 3, lines: [1.5, null] } },
        entity: "lead:12",
        location: null,
        employee: null,
        startAt: Date.UTC(2026, 4, 1, 8),
        consent: null,
      },
    ],
    reason: null,
    notes: [],
  });
  t.match(translate(posted({ ...lead, id: "12345678901234567890" })).commands, [
    { entity: "lead:12345678901234567890" },
  ]);
  t.equal(translate(posted({ ...lead, type: "x" })).reason, "condition_false");
  t.equal(translate(posted({})).reason, "condition_error");
  t.equal(translate(posted({ ...lead, person: { email: null, name: "A" } })).reason, "no_email");
  t.throws(() => translate(posted({ ...lead, at: "tomorrow" })), { name: "MappingFailed" });
});

test("a topic in full, and what is no such event", async (t) => {
  const { translate } = await staged(plugin, {
    connector: "signed",
    secrets: ["s"],
    on: [{ event: "lead.created", execute: "welcome", contact: { email: "event.data.email" } }],
  });
  const payload = { data: { email: "ann@b.example" } };
  t.equal(translate(eventOf({ type: "lead.created", payload })).commands.length, 1);
  t.same(translate(eventOf({ type: "lead.gone", payload })), { commands: [], reason: "no_rule", notes: [] });
});

test("`dedupe` gives a delivery its id; without one each counts as new, and is never lost", async (t) => {
  const { options, translate } = await staged(plugin, { ...base, on: [rule], dedupe: "event.id" });
  const receive = (payload: Json) =>
    plugin.connector(options, home).receive({
      method: "POST",
      url: new URL(home.url),
      headers: {},
      body: Buffer.from(JSON.stringify(payload)),
      receivedAt: 7,
    });
  t.match(receive(lead), [{ id: "dedupe:12", receivedAt: 7, payload: lead }]);
  t.match(receive({ id: "abc" }), [{ id: "dedupe:abc" }]);
  for (const payload of [{}, { id: null }, { id: "" }, { id: [1] }]) t.match(receive(payload), [{ id: "" }]);
  t.same(translate(posted({ ...lead, id: 12 })).notes, []);
  const without = await staged(plugin, { ...base, on: [{ ...rule, entity: "'x'" }], dedupe: "event.key" });
  t.same(without.translate(posted(lead)).notes, [
    "`dedupe` gives no id, so that each delivery counts as new: There is no `key` here",
  ]);
  t.match(without.translate(posted({ ...lead, key: null })).notes, [/: It gives nothing$/]);
});

test("the connector gets its own options, filled in, and the address of the door", async (t) => {
  const { options } = await staged(plugin, { ...base, on: [] });
  plugin.connector(options, home);
  t.same(connections.at(-1), { url: home.url, options: { auth: "token" } });
});

test("options", async (t) => {
  t.same(
    await said(plugin, { connector: "signed", secrets: ["s"], dedupe: "event.id", auth: "basic", locations: {} }),
    [
      "dedupe  `dedupe` goes with `connector: plain`  (bad-value)  The deliveries of this connector carry an id: remove it",
      "auth  There is no option `auth`  (unknown-key)  There is: connector, secrets, on, maxAge, testMode",
      "locations  There is no option `locations`  (unknown-key)  There is: connector, secrets, on, maxAge, testMode",
    ],
  );
  t.same(
    await said(plugin, {
      ...base,
      dedupe: "evnt.id",
      on: [{ event: "lead.created", execute: "welcome", contact: { firstName: "order.name" } }],
    }),
    [
      "on.0.event  No event is called `lead.created` here  (unknown-event)  There is: *",
      "on.0.contact.firstName 1:1  Nothing is called `order` here  (expression)  There is: event, vars; a text is written \"'order'\"",
      'on.0  `on[0].contact.email` is missing  (missing-key)  Map it, as in contact: { email: "event.email" }',
      "dedupe 1:1  Nothing is called `evnt` here  (expression)  Did you mean `event`?",
    ],
  );
});

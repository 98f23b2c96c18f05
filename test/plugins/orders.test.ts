import { test } from "tap";
import { pluginSuite } from "../../core/contracts/suites/plugin.js";
import { ordersPlugin } from "../../plugins/orders/orders.js";
import { eventOf, fakeConnectors, order } from "./fake-connectors.js";
import { home, staged } from "./stage.js";

const plugin = ordersPlugin(fakeConnectors);
const base = { connector: "shop", secrets: ["s"] };
const paid = { type: "orders/paid", words: ["order.paid"] } as const;
const ann = order({ email: " ann@b.example ", firstName: "Ann", language: "de", status: "paid", total: 22 });

pluginSuite(test, async () => ({
  subject: {
    plugin,
    home,
    options: { ...base, on: [{ event: "order.paid", execute: "thanks", context: { total: "order.total" } }] },
    events: [
      eventOf(paid, ann),
      eventOf({ type: "orders/create", words: ["order.created"] }, ann),
      eventOf({ type: "customers/redact", payload: { email: "ann@b.example" } }),
    ],
  },
  close: async () => {},
}));

test("a paid order keeps the order, then starts the sequence with what is read", async (t) => {
  const { translate } = await staged(plugin, {
    ...base,
    on: [
      {
        event: "order.paid",
        execute: "thanks",
        context: { number: "order.number", at: "order.createdAt", all: "order.items" },
      },
    ],
  });
  const reading = order({
    ...ann,
    number: "#7",
    lastName: "Lee",
    phone: "+491",
    consent: false,
    createdAt: Date.UTC(2026, 0, 1),
    version: 3,
    aliases: ["payment:p"],
    items: [{ name: "Tea", sku: null, quantity: 2 }],
  });
  const { commands, reason, notes } = translate(eventOf(paid, reading));
  t.same([reason, notes], [null, []]);
  t.equal(commands.length, 2);
  t.match(commands[0], { do: "entity", reading, endedDelay: null });
  const entity = commands[0];
  t.match(entity?.do === "entity" && entity.data, {
    id: "1001",
    createdAt: "2026-01-01T00:00:00.000Z",
    total: 22,
    items: [{ quantity: 2 }],
  });
  t.notOk(entity?.do === "entity" && ("aliases" in entity.data || "version" in entity.data));
  t.same(commands[1], {
    do: "execute",
    rule: "order.paid thanks",
    sequence: "thanks",
    contact: { email: "ann@b.example", firstName: "Ann", lastName: "Lee", phone: "+491", preferredLanguage: "de" },
    context: { number: "#7", at: "2026-01-01T00:00:00.000Z", all: [{ name: "Tea", sku: null, quantity: 2 }] },
    entity: "order:1001",
    location: null,
    employee: null,
    startAt: null,
    consent: false,
  });
});

test("an order that is not paid yet, when rules wait for payment", async (t) => {
  const open = order({ ...ann, status: "open" });
  const { translate } = await staged(plugin, { ...base, on: [{ event: "order.paid", execute: "thanks" }] });
  t.equal(translate(eventOf({ type: "session.completed" }, open)).reason, "unpaid");
  t.equal(translate(eventOf({ type: "session.completed" }, ann)).reason, "no_rule");
  t.equal(translate(eventOf({ type: "orders/create", words: ["order.created"] }, open)).reason, "no_rule");
  const other = await staged(plugin, { ...base, on: [{ event: "order.created", execute: "thanks" }] });
  t.equal(other.translate(eventOf({ type: "session.completed" }, open)).reason, "no_rule");
});

test("cancellations end what the order started; a partial refund does not, unless it is asked for", async (t) => {
  const cancelsOf = async (
    options: Record<string, unknown>,
    event: Parameters<typeof eventOf>[0],
    reading: ReturnType<typeof order> | undefined = ann,
  ) => {
    const { translate } = await staged(plugin, { ...base, ...options });
    const { commands, reason, notes } = translate(eventOf(event, reading));
    return { cancels: commands.filter((command) => command.do === "cancel"), reason, notes };
  };
  const cancel = (reason: string) => [{ do: "cancel", entity: "order:1001", reason }];
  const refunds = { type: "refunds/create" };
  t.same(await cancelsOf({}, { words: ["order.cancelled"] }), {
    cancels: cancel("order.cancelled"),
    reason: null,
    notes: [],
  });
  t.match(await cancelsOf({}, { ...refunds, words: ["order.refunded"] }), {
    cancels: cancel("order.refunded"),
    reason: null,
  });
  t.match(await cancelsOf({}, { ...refunds, words: ["order.partlyRefunded"] }), { cancels: [], reason: "no_rule" });
  t.match(await cancelsOf({ cancelOn: ["refunds/create"] }, { ...refunds, words: ["order.partlyRefunded"] }), {
    cancels: cancel("refunds/create"),
  });
  t.match(await cancelsOf({ cancelOn: [] }, { words: ["order.cancelled"] }), { cancels: [], reason: "no_rule" });
  const { translate } = await staged(plugin, base);
  t.same(translate(eventOf({ words: ["order.cancelled"] })), {
    commands: [],
    reason: "no_rule",
    notes: ["`cancelOn`: the event does not say what it is about"],
  });
});

test("a rule may run on what cancels, after the end of what was started before", async (t) => {
  const { translate } = await staged(plugin, { ...base, on: [{ event: "order.cancelled", execute: "welcome" }] });
  const { commands, reason } = translate(eventOf({ words: ["order.cancelled"] }, ann));
  t.same(
    commands.map((command) => command.do),
    ["entity", "cancel", "execute"],
  );
  t.equal(reason, null);
});

test("an event that is about no order", async (t) => {
  const { translate } = await staged(plugin, {
    ...base,
    on: [{ event: "*", execute: "welcome", when: "order == null", contact: { email: "event.email" } }],
  });
  const { commands } = translate(eventOf({ payload: { email: "a@b.example" } }));
  t.match(commands, [{ do: "execute", entity: null, contact: { email: "a@b.example" } }]);
  const forgotten = translate(eventOf({ type: "customers/redact", payload: { email: "a@b.example" } }));
  t.same(forgotten, { commands: [{ do: "redact", email: "a@b.example" }], reason: null, notes: [] });
  const ordered = translate(eventOf({ type: "customers/redact", payload: { orders: ["order:1"] } }));
  t.same(ordered, { commands: [{ do: "redactAbout", entity: "order:1" }], reason: null, notes: [] });
  const asked = translate(eventOf({ type: "shop/redact", payload: { email: "a@b.example" } }));
  t.match(asked, { commands: [{ do: "execute" }], notes: ["Look after it"] });
});

test("what is known from earlier events completes what rules see, and is not said again of the order", async (t) => {
  const on = [
    {
      event: "order.delivered",
      when: "order.total > 20 && event.id == 7",
      execute: "thanks",
      context: { n: "order.number" },
    },
  ];
  const { translate } = await staged(plugin, { ...base, on });
  const parcel = { type: "parcel", words: ["order.delivered"], payload: { id: 7 } } as const;
  const known = {
    ...{ id: "other", email: "ann@b.example", firstName: "Ann", total: 22, number: "#7", consent: false },
    ...{ items: [{ name: "Tea", sku: null, quantity: 1 }], createdAt: "2026-01-01T00:00:00.000Z", status: null },
  };
  const { commands } = translate(eventOf({ ...parcel, known }, order({ status: "delivered", firstName: "Anna" })));
  t.match(commands, [
    { do: "entity", reading: { email: null, total: null }, data: { id: "1001", email: null, total: null, items: [] } },
    {
      do: "execute",
      entity: "order:1001",
      contact: { email: "ann@b.example", firstName: "Anna" },
      context: { n: "#7" },
      consent: false,
    },
  ]);
  t.equal(translate(eventOf(parcel, order())).reason, "condition_error", "of an order that nobody knows");
});

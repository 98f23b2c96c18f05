import { test } from "tap";
import { MappingFailed } from "../../../core/contracts/errors.js";
import { ordersPlugin } from "../../../plugins/orders/orders.js";
import { eventOf, fakeConnectors, order } from "../fake-connectors.js";
import { staged } from "../stage.js";

const plugin = ordersPlugin(fakeConnectors);
const base = { connector: "shop", secrets: ["s"] };
const paid = { type: "orders/paid", words: ["order.paid"] } as const;
const ann = order({ email: " ann@b.example ", firstName: "Ann", language: "de", status: "paid", total: 22 });

test("every rule that matches runs: by word, by topic, by *; and keeps its name when others come and go", async (t) => {
  const on = [
    { event: "order.paid", execute: "welcome" },
    { event: "orders/paid", execute: "thanks" },
    { event: "*", execute: "thanks" },
    { event: "order.paid", execute: "welcome", when: "order.total > 20" },
    { event: "orders/create", execute: "thanks" },
  ];
  const names = async (rules: typeof on) => {
    const { translate } = await staged(plugin, { ...base, on: rules });
    return translate(eventOf(paid, ann)).commands.flatMap((one) => (one.do === "execute" ? [one.rule] : []));
  };
  t.same(await names(on), ["order.paid welcome", "orders/paid thanks", "* thanks", "order.paid welcome 2"]);
  t.same(await names(on.slice(2)), ["* thanks", "order.paid welcome"]);
});

test("what was left out, and why", async (t) => {
  const reasonOf = async (rule: Record<string, unknown>, reading = ann, event = eventOf(paid, reading)) => {
    const { translate } = await staged(plugin, { ...base, on: [{ event: "order.paid", execute: "thanks", ...rule }] });
    const { commands, reason, notes } = translate(event);
    return { does: commands.map((command) => command.do), reason, notes };
  };
  t.same(await reasonOf({ event: "order.refunded" }), { does: ["entity"], reason: "no_rule", notes: [] });
  t.same(await reasonOf({ when: "order.total > 50" }), {
    does: ["entity"],
    reason: "condition_false",
    notes: ["on[0]: `when` does not hold"],
  });
  t.same(await reasonOf({ when: "event.vip" }), {
    does: ["entity"],
    reason: "condition_error",
    notes: ["on[0]: `when` cannot be told: There is no `vip` here"],
  });
  t.match(await reasonOf({ when: "event.vip" }, ann, eventOf({ ...paid, payload: { vip: "yes" } }, ann)), {
    reason: "condition_error",
    notes: ["on[0]: `when` gives neither true nor false"],
  });
  t.match(await reasonOf({ when: "event.?vip.orValue(false)" }), { reason: "condition_false" });
  t.match(await reasonOf({}, order()), { does: ["entity"], reason: "no_email" });
  t.match(await reasonOf({}, order({ email: "  " })), { reason: "no_email" });
  t.match(
    await reasonOf({ contact: { email: "null" } }),
    { reason: "no_email" },
    "a mapping takes the place of the reading",
  );
});

test("a rule that runs beside one that is left out", async (t) => {
  const on = [
    { event: "*", execute: "thanks" },
    { event: "*", execute: "welcome", when: "false" },
    { event: "*", execute: "welcome", when: "event.gone == 1" },
  ];
  const { translate } = await staged(plugin, { ...base, on });
  const { commands, reason, notes } = translate(eventOf(paid, ann));
  t.same(
    commands.map((command) => command.do),
    ["entity", "execute"],
  );
  t.equal(reason, "condition_error");
  t.equal(notes.length, 2);
});

test("mappings that may fail leave their field out, with a note that quotes no value", async (t) => {
  const { translate } = await staged(plugin, {
    ...base,
    on: [
      {
        event: "*",
        execute: "thanks",
        contact: { firstName: "event.person", lastName: "event.gone", phone: "event.phone", timeZone: "event.?zone" },
        context: {
          code: "event.?code",
          sum: "event.sum + 'x'",
          bad: "bool(event.name)",
          none: "null",
          shop: "vars.shopUrl",
        },
      },
    ],
  });
  const payload = { person: { name: "Secret Name" }, phone: 491, sum: 3, name: "Secret Name" };
  const { commands, notes, reason } = translate(eventOf({ ...paid, payload }, ann));
  t.equal(reason, null);
  t.match(commands[1], { context: { none: null, shop: "https://shop.example" } });
  const start = commands[1];
  t.same(start?.do === "execute" && start.contact, { email: "ann@b.example", phone: "491", preferredLanguage: "de" });
  t.same(start?.do === "execute" && Object.keys(start.context), ["none", "shop"]);
  t.same(notes, [
    "on[0]: `contact.firstName` is left out: It gives a map, not a text",
    "on[0]: `contact.lastName` is left out: There is no `gone` here",
    "on[0]: `context.sum` is left out: `+` does not go between double and string",
    "on[0]: `context.bad` is left out: bool(…) is given a text that is neither true nor false",
  ]);
});

test("what cannot be left out fails the whole event", async (t) => {
  const failing: [rule: Record<string, unknown>, message: string][] = [
    [{ contact: { email: "event.mail" } }, "`on[0].contact.email` cannot be had: There is no `mail` here"],
    [{ entity: "event.id" }, "`on[0].entity` cannot be had: There is no `id` here"],
    [{ entity: "event.?id" }, "`on[0].entity` cannot be had: It gives nothing"],
    [{ startAt: "timestamp(event.at)" }, "`on[0].startAt` cannot be had: There is no `at` here"],
    [{ startAt: "event.?at" }, "`on[0].startAt` cannot be had: It gives nothing, not a time"],
    [{ startAt: "order.createdAt" }, "`on[0].startAt` cannot be had: It gives nothing, not a time"],
  ];
  for (const [rule, message] of failing) {
    const { translate } = await staged(plugin, { ...base, on: [{ event: "*", execute: "thanks", ...rule }] });
    t.throws(() => translate(eventOf(paid, ann)), new MappingFailed(message));
  }
  const wrong = await staged(plugin, { ...base, on: [{ event: "*", execute: "thanks", startAt: "event.at" }] });
  t.throws(() => wrong.translate(eventOf({ ...paid, payload: { at: "2026-01-01" } }, ann)), {
    message: /It gives a text, not a time$/,
  });
  const late = await staged(plugin, { ...base, on: [{ event: "*", execute: "thanks", delay: "2h" }] });
  t.throws(
    () => late.translate(eventOf({ ...paid, occurredAt: null }, ann)),
    new MappingFailed("`on[0].delay` has no time to count from"),
  );
});

test("a start in the future", async (t) => {
  const startOf = async (rule: Record<string, unknown>, event = eventOf(paid, ann)) => {
    const { translate } = await staged(plugin, { ...base, on: [{ event: "*", execute: "thanks", ...rule }] });
    const start = translate(event).commands[1];
    return start?.do === "execute" ? start.startAt : undefined;
  };
  const noon = Date.UTC(2026, 2, 1, 12);
  t.equal(await startOf({}), null);
  t.equal(await startOf({ delay: "2h" }), noon + 7_200_000);
  t.equal(
    await startOf({ delay: "2h" }, eventOf({ ...paid, occurredAt: null, receivedAt: noon + 5 }, ann)),
    noon + 7_200_005,
  );
  const at = "timestamp('2026-03-05T10:00:00Z')";
  t.equal(await startOf({ startAt: at }), Date.UTC(2026, 2, 5, 10));
  t.equal(await startOf({ startAt: at, delay: "1d" }), Date.UTC(2026, 2, 6, 10));
});

test("where and by whom", async (t) => {
  const tables = { locations: { "77": "berlin" }, employees: { "5": "ben", "Cleo@Acme.example": "anna" } };
  const placeOf = async (reading: Parameters<typeof order>[0], rule: Record<string, unknown> = {}) => {
    const { translate } = await staged(plugin, {
      ...base,
      ...tables,
      on: [{ event: "*", execute: "thanks", ...rule }],
    });
    const { commands, notes } = translate(
      eventOf({ ...paid, payload: { who: "cleo@acme.example", at: "99" } }, order({ ...ann, ...reading })),
    );
    const start = commands[1];
    return start?.do === "execute" ? [start.location, start.employee, ...notes] : undefined;
  };
  t.same(await placeOf({}), [null, null]);
  t.same(await placeOf({ locationId: "77", staffId: "5" }), ["berlin", "ben"]);
  t.same(await placeOf({ locationId: "hamburg", staffId: "anna" }), ["hamburg", "anna"]);
  t.same(await placeOf({ locationId: "78", staffId: "constructor" }), [
    null,
    null,
    "on[0]: the location is not known: add it to `locations`",
    "on[0]: the employee is not known: add them to `employees`",
  ]);
  t.same(await placeOf({ locationId: "77" }, { location: "'hamburg'", employee: "event.who" }), ["hamburg", "anna"]);
  t.same(await placeOf({ locationId: "77" }, { location: "event.at", employee: "'anna@acme.example'" }), [
    null,
    "anna",
    "on[0]: the location is not known: add it to `locations`",
  ]);
  t.same(await placeOf({ locationId: "77" }, { location: "event.gone" }), [
    null,
    null,
    "on[0]: `location` is left out: There is no `gone` here",
  ]);
});

import { test } from "tap";
import { ordersPlugin } from "../../../plugins/orders/orders.js";
import { fakeConnectors } from "../fake-connectors.js";
import { said, staged } from "../stage.js";

const plugin = ordersPlugin(fakeConnectors);
const base = { connector: "shop", secrets: ["s"] };

test("options, read", async (t) => {
  const { options } = await staged(plugin, base);
  t.same([plugin.maxAge?.(options), plugin.testMode?.(options)], [3 * 86_400_000, false]);
  t.match(options, { on: [], cancelOn: ["order.cancelled", "order.refunded"] });
  const set = await staged(plugin, { ...base, maxAge: "2d", testMode: true });
  t.same([plugin.maxAge?.(set.options), plugin.testMode?.(set.options)], [2 * 86_400_000, true]);
});

test("options that are wrong, each by name with what to do", async (t) => {
  t.same(
    await said(plugin, {
      connector: "shpo",
      secret: "x",
      secrets: [""],
      notificationUrl: "x",
      maxAge: "3 days",
      testMode: "yes",
      on: [{ evnt: "a", execute: "b", contact: { language: "x" }, context: { "a-b": "x", n: 5 } }, "x"],
      locations: { "1": 2 },
    }),
    [
      "connector  `connector` must be one of shop, market  (bad-value)  Did you mean `shop`?",
      "secrets.0  `secrets[0]` must not be empty  (bad-value)",
      "on.0.event  `on[0].event` is missing  (missing-key)",
      "on.0.contact.language  There is no option `language` in `on[0].contact`  (unknown-key)  There is: email, firstName, lastName, phone, preferredLanguage, timeZone",
      "on.0.context.n  `on[0].context.n` must be text  (wrong-type)  Put it in quotes",
      "on.0.context.a-b  There is no option `a-b` in `on[0].context`  (unknown-key)",
      "on.0.evnt  There is no option `evnt` in `on[0]`  (unknown-key)  Did you mean `event`?",
      "on.1  `on[1]` must be a map  (wrong-type)  Write its keys below it, each with a colon and a space",
      "maxAge  `maxAge` must be a duration  (duration)  Write 90s, 30m, 2h, 3d, 1w, or ISO 8601 as P1DT12H: a day is 24 hours, and there are no months and years",
      "testMode  `testMode` must be true or false  (wrong-type)",
      "locations.1  `locations.1` must be text  (wrong-type)  Put it in quotes",
      "secret  There is no option `secret`  (unknown-key)  Did you mean `secrets`?",
    ],
  );
  t.same(await said(plugin, {}), [
    "connector  `connector` is missing  (missing-key)",
    "secrets  `secrets` is missing  (missing-key)",
  ]);
  t.same(await said(plugin, { ...base, connector: "salon" }), [
    "connector  `connector` must be one of shop, market  (bad-value)  `salon` goes with `use: bookings`",
  ]);
  t.same(await said(plugin, { ...base, notificationUrl: "x" }), [
    "notificationUrl  There is no option `notificationUrl`  (unknown-key)  There is: connector, secrets, on, maxAge, testMode, cancelOn, locations, employees",
  ]);
  t.same(await said(plugin, { ...base, connector: "market", notificationUrl: "x" }), []);
  t.same(await said(plugin, { ...base, "key:5ecret": 1 }), [
    "key:5ecret  This option is unknown  (unknown-key)  A key is letters, digits, - and _, and ends with a colon and a space",
  ]);
});

test("every event may start something, and none may be named that ends everything", async (t) => {
  const market = { ...base, connector: "market" };
  t.same(await said(plugin, { ...market, on: [{ event: "*", execute: "thanks" }], cancelOn: ["any.topic"] }), []);
  t.match(await said(plugin, { ...market, cancelOn: ["*"] }), [
    /^cancelOn\.0 {2}No event is called `\*` here {2}\(unknown-event\)/,
  ]);
});

test("what only the project can tell of options", async (t) => {
  t.same(
    await said(plugin, {
      ...base,
      on: [
        { event: "order.payed", execute: "thank", when: "order.totl > 1", contact: { email: "ordr.email" } },
        {
          event: "*",
          execute: "thanks",
          when: "order.total",
          startAt: "order.number",
          entity: "order.tags",
          context: { d: "duration('1h')" },
        },
        {
          event: "orders/paid",
          execute: "thanks",
          context: {
            nested: "order.items[0].qantity",
            v: "vars.shopUrk",
            m: "order.id.matches('a')",
            t: "berlin",
            x: "order.total +\n  'a'",
          },
        },
      ],
      cancelOn: ["order.canceled", "*"],
      locations: { "1": "berln" },
      employees: { "2": "nobody" },
    }),
    [
      "on.0.event  No event is called `order.payed` here  (unknown-event)  Did you mean `order.paid`?",
      "cancelOn.0  No event is called `order.canceled` here  (unknown-event)  Did you mean `order.cancelled`?",
      "cancelOn.1  No event is called `*` here  (unknown-event)  There is: order.created, order.paid, order.fulfilled, order.delivered, order.completed, order.cancelled, order.refunded, order.partlyRefunded, orders/create, orders/paid, refunds/create",
      "on.0.execute  There is no sequence `thank`  (unknown-sequence)  Did you mean `thanks`?",
      "on.0.when 1:7  `order` has no field `totl`  (expression)  Did you mean `total`?",
      "on.0.contact.email 1:1  Nothing is called `ordr` here  (expression)  Did you mean `order`?",
      "on.1.when 1:1  The expression gives a double, not true or false  (expression)  Compare it with something, as in … == …",
      "on.1.context.d 1:1  The expression gives a duration, not JSON  (expression)  Convert it: string(…)",
      "on.1.entity 1:1  The expression gives a list<string>, not a text  (expression)  Convert it: string(…)",
      "on.1.startAt 1:1  The expression gives a string, not a time  (expression)  Convert it: timestamp(…)",
      "on.2.context.nested 1:16  There is no `qantity` here  (expression)  `.?qantity.orValue(…)` reads what may be missing",
      "on.2.context.v 1:6  There is no variable `vars.shopUrk`  (expression)  Did you mean `shopUrl`?",
      "on.2.context.m 1:10  `matches` is left out  (expression)  Use startsWith, endsWith, contains or ==",
      "on.2.context.t 1:1  Nothing is called `berlin` here  (expression)  There is: event, order, vars; a text is written \"'berlin'\"",
      "on.2.context.x 1:1  `+` does not go between double and string  (expression)  Convert one side: string(…), double(…), timestamp(…)",
      "locations.1  There is no location `berln`  (unknown-location)  Did you mean `berlin`?",
      "employees.2  There is no employee `nobody`  (unknown-employee)  There is: anna, ben",
    ],
  );
});

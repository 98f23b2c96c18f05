import { test } from "tap";
import type { EventWord } from "../../core/contracts/connector.js";
import { pluginSuite } from "../../core/contracts/suites/plugin.js";
import { bookingsPlugin } from "../../plugins/bookings/bookings.js";
import { booking, eventOf, fakeConnectors, order } from "./fake-connectors.js";
import { home, said, staged } from "./stage.js";

const plugin = bookingsPlugin(fakeConnectors);
const base = { connector: "salon", secrets: ["s"] };
const start = Date.UTC(2026, 2, 5, 10);
const end = Date.UTC(2026, 2, 5, 11);
const visit = booking({
  email: "ann@b.example",
  status: "booked",
  startsAt: start,
  endsAt: end,
  timeZone: "Europe/Berlin",
});
const created = { type: "visit.changed", words: ["booking.created"] } as const;

pluginSuite(test, async () => ({
  subject: {
    plugin,
    home,
    options: {
      ...base,
      endedDelay: "2h",
      locations: { "1": "berlin" },
      on: [
        { event: "booking.ended", execute: "thanks", startAt: "booking.endsAt", contact: { firstName: "event.name" } },
      ],
    },
    events: [
      eventOf(created, visit),
      eventOf({ type: "visit.changed", words: ["booking.ended"] }, visit),
      eventOf({ words: ["booking.ended"] }, booking({ email: "ann@b.example" })),
    ],
  },
  close: async () => {},
}));

test("a booking keeps the visit, with when its end is to be told, and starts the sequence", async (t) => {
  const { translate } = await staged(plugin, {
    ...base,
    endedDelay: "2h",
    on: [
      {
        event: "booking.created",
        execute: "welcome",
        delay: "1h",
        context: { at: "booking.startsAt", hour: "booking.startsAt.getHours()" },
      },
    ],
  });
  const { commands, reason } = translate(eventOf(created, visit));
  t.equal(reason, null);
  t.match(commands[0], {
    do: "entity",
    reading: visit,
    endedDelay: 7_200_000,
    data: {
      id: "b1",
      startsAt: "2026-03-05T10:00:00.000Z",
      endsAt: "2026-03-05T11:00:00.000Z",
      timeZone: "Europe/Berlin",
    },
  });
  t.match(commands[1], {
    do: "execute",
    entity: "booking:b1",
    contact: { email: "ann@b.example", timeZone: "Europe/Berlin" },
    context: { at: "2026-03-05T10:00:00.000Z", hour: 10 },
    startAt: Date.UTC(2026, 2, 1, 13),
  });
});

test("only a booking that stands has an end to be told", async (t) => {
  const { translate } = await staged(plugin, base);
  const delayOf = (status: typeof visit.status) => {
    const [command] = translate(eventOf(created, { ...visit, status })).commands;
    return command?.do === "entity" ? command.endedDelay : undefined;
  };
  t.same([delayOf("booked"), delayOf(null)], [0, 0]);
  for (const status of ["requested", "cancelled", "noShow", "ended"] as const) t.equal(delayOf(status), null, status);
});

test("cancellations and no-shows end what was started; a move does not, whatever its topic", async (t) => {
  const does = async (options: Record<string, unknown>, words: readonly EventWord[], reading = visit) => {
    const { translate } = await staged(plugin, { ...base, ...options });
    return translate(eventOf({ type: "visit.dropped", words }, reading)).commands.map((command) =>
      command.do === "cancel" ? command.reason : command.do,
    );
  };
  t.same(await does({}, ["booking.cancelled"]), ["entity", "booking.cancelled"]);
  t.same(await does({}, ["booking.noShow"]), ["entity", "booking.noShow"]);
  t.same(await does({}, ["booking.ended"]), ["entity"]);
  t.same(await does({ cancelOn: ["visit.dropped"] }, []), ["entity", "visit.dropped"]);
  t.same(await does({ cancelOn: ["visit.dropped"] }, ["booking.moved"]), ["entity"]);
  const moved = booking({ ...visit, id: "b2", replaces: "b1", aliases: ["seat:9"] });
  const { translate } = await staged(plugin, base);
  const { commands, reason } = translate(eventOf({ words: ["booking.moved"] }, moved));
  t.match(commands, [{ do: "entity", reading: { id: "b2", replaces: "b1", aliases: ["seat:9"] } }]);
  t.equal(reason, "no_rule", "a move is nothing that a rule left out");
});

test("an end that we tell runs the rules with the booking as it is known", async (t) => {
  const { translate } = await staged(plugin, {
    ...base,
    on: [
      {
        event: "booking.ended",
        execute: "thanks",
        context: { service: "booking.service", day: "booking.endsAt", from: "event.id" },
      },
    ],
  });
  const [kept] = translate(eventOf(created, { ...visit, service: "Cut" })).commands;
  const data = kept?.do === "entity" ? kept.data : {};
  const told = eventOf({ type: "booking.ended", words: ["booking.ended"], payload: data, occurredAt: end });
  const { commands, reason } = translate(told);
  t.equal(reason, null);
  t.match(commands, [
    { do: "entity", reading: { id: "b1", status: "ended", startsAt: start, endsAt: end }, endedDelay: null },
    {
      do: "execute",
      entity: "booking:b1",
      contact: { email: "ann@b.example" },
      context: { service: "Cut", day: "2026-03-05T11:00:00.000Z", from: "b1" },
    },
  ]);
  const foreign = eventOf({ type: "booking.ended", words: ["booking.ended"], payload: { other: 1 } }, visit);
  t.match(
    translate(foreign).commands[0],
    { reading: visit },
    "a platform's own topic of that name is read by its connector",
  );
  for (const payload of [null, [], "x", { id: 5, endsAt: null }]) {
    t.equal(translate({ ...told, payload }).reason, "no_email");
  }
});

test("who did it is found by address", async (t) => {
  const { translate } = await staged(plugin, { ...base, on: [{ event: "*", execute: "welcome" }] });
  const employee = (reading: typeof visit) => {
    const command = translate(eventOf(created, reading)).commands[1];
    return command?.do === "execute" ? command.employee : undefined;
  };
  t.equal(employee({ ...visit, staffEmail: "ANNA@acme.example" }), "anna");
  t.equal(employee({ ...visit, staffId: "4711", staffEmail: "anna@acme.example" }), "anna");
  t.equal(employee({ ...visit, staffEmail: "cleo@acme.example" }), null);
});

test("an order is about no booking", async (t) => {
  const { translate } = await staged(plugin, {
    ...base,
    connector: "market",
    on: [{ event: "booking.created", execute: "welcome" }],
  });
  t.same(translate(eventOf({ words: ["order.paid"] }, order())), { commands: [], reason: "no_rule", notes: [] });
});

test("options", async (t) => {
  const { options } = await staged(plugin, base);
  t.match(options, { cancelOn: ["booking.cancelled", "booking.noShow"], endedDelay: 0 });
  t.same([plugin.maxAge?.(options), plugin.testMode?.(options)], [3 * 86_400_000, false]);
  t.same(
    await said(plugin, {
      ...base,
      endedDelay: "soon",
      endDelay: "1h",
      on: [{ event: "booking.done", execute: "welcome" }],
    }),
    [
      "endedDelay  `endedDelay` must be a duration  (duration)  Write 90s, 30m, 2h, 3d, 1w, or ISO 8601 as P1DT12H: a day is 24 hours, and there are no months and years",
      "endDelay  There is no option `endDelay`  (unknown-key)  Did you mean `endedDelay`?",
    ],
  );
  t.same(
    await said(plugin, { ...base, on: [{ event: "order.paid", execute: "welcome", when: "booking.startAt == null" }] }),
    [
      "on.0.event  No event is called `order.paid` here  (unknown-event)  There is: booking.created, booking.moved, booking.cancelled, booking.noShow, booking.ended, visit.changed, visit.dropped, *",
      "on.0.when 1:9  `booking` has no field `startAt`  (expression)  Did you mean `startsAt`?",
    ],
  );
});

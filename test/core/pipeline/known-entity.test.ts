import { test } from "tap";
import { mindbody } from "../../../connectors/mindbody.js";
import { bookingReading, orderReading } from "../../../connectors/readings.js";
import type { EventWord } from "../../../core/contracts/connector.js";
import type { Entity } from "../../../core/contracts/inbox.js";
import { asksForKnown, withKnown } from "../../../core/pipeline/known-entity.js";
import { bookingsPlugin } from "../../../plugins/bookings/bookings.js";
import { altered, connected, recorded } from "../../connectors/delivered.js";
import { staged } from "../../plugins/stage.js";
import { sequenceOf, step } from "./sequence.js";
import { SourceStage } from "./source-stage.js";

const event = (...words: EventWord[]) => ({ id: "e", type: "x", words, occurredAt: null, payload: {} });
const known = {
  key: "booking:1",
  startsAt: 10,
  endsAt: 20,
  version: 5,
  data: { email: "ann@x.example" },
} as unknown as Entity;
const visit = bookingReading({ id: "1", email: "ann@x.example", startsAt: 10, endsAt: 20 });

test("what is kept is asked for only where an event leaves something open", async (t) => {
  const order = orderReading({ id: "1", email: "ann@x.example", total: 3 });
  t.equal(asksForKnown(event("order.paid"), order), false);
  t.equal(asksForKnown(event("order.paid"), { ...order, email: null }), true);
  t.equal(asksForKnown(event("order.delivered"), { ...order, total: null }), true);
  t.equal(asksForKnown(event("order.partlyRefunded"), { ...order, refunded: 1 }), true);
  t.equal(asksForKnown(event("booking.created"), visit), false);
  t.equal(asksForKnown(event("booking.noShow"), { ...visit, startsAt: null }), true);
  t.equal(asksForKnown(event("booking.moved"), visit), true);
  t.equal(asksForKnown(event(), visit), true);
});

test("a booking has moved when it has other times than before, whatever its platform calls the change", async (t) => {
  const words = (said: EventWord[], change: Partial<typeof visit>) =>
    withKnown(event(...said), { ...visit, ...change }, known).words;
  t.same(words(["booking.moved"], {}), [], "another change");
  t.same(words(["booking.moved"], { startsAt: 11 }), ["booking.moved"]);
  t.same(words([], { endsAt: 21 }), ["booking.moved"]);
  t.same(words([], {}), []);
  t.same(words(["booking.moved"], { startsAt: null, endsAt: null }), [], "it says no times");
  t.same(words(["booking.cancelled"], { startsAt: 11 }), ["booking.cancelled"]);
  t.same(words(["booking.moved"], { replaces: "0" }), ["booking.moved"], "it takes the place of another");
  t.same(words([], { startsAt: 11, version: 4 }), [], "told late");
  t.same(words(["booking.moved"], { version: 4 }), ["booking.moved"]);
  t.same(withKnown(event("booking.moved"), visit, undefined), event("booking.moved"), "nothing is known");
  t.same(withKnown(event("order.paid"), undefined, known), event("order.paid"), "about nothing");
  t.match(withKnown(event("order.delivered"), orderReading({ id: "1" }), known), { known: known.data });
});

test("a cancellation is told late of a booking that has gone on under another id since", async (t) => {
  const words = (version: number, ...aliases: string[]) =>
    withKnown(event("booking.cancelled"), { ...visit, id: "0", aliases, version }, known).words;
  t.same(words(4), ["booking.moved"]);
  t.same(words(6), ["booking.cancelled"], "not late");
  t.same(words(4, "1"), ["booking.cancelled"], "one of its names is the newest");
  t.same(withKnown(event("booking.cancelled"), visit, known).words, ["booking.cancelled"]);
});

test("a cancellation that names its booking only reaches whoever had booked, and a change that moves nothing nobody", async (t) => {
  const names = ["created", "moved", "cancelled"];
  const on = names.map((name) => ({
    event: `booking.${name}`,
    execute: name === "moved" ? "thanks" : "welcome",
    ...(name === "cancelled" && { context: { at: "booking.startsAt" } }),
  }));
  const options = { connector: "mindbody", secrets: ["s"], maxAge: "4000d", on };
  const { translate } = await staged(bookingsPlugin(new Map([["mindbody", mindbody]])), options);
  const sequences = [sequenceOf([step.email("hello")]), sequenceOf([step.email("moved")], { key: "thanks", id: "m" })];
  const connector = { ...connected(mindbody), verify: () => undefined };
  const stage = await SourceStage.start(t, sequences, { connector, translate });
  const updated = altered("mindbody-appointmentBooking.created.json", {
    messageId: "2",
    eventId: "appointmentBooking.updated",
  });
  const cancelled = recorded("mindbody-appointmentBooking.cancelled.json").request;
  for (const request of [recorded("mindbody-appointmentBooking.created.json").request, updated, cancelled]) {
    await stage.receive.run(stage.source, { ...request, receivedAt: stage.engine.clock.now() }, "127.0.0.1");
    await stage.work();
  }
  t.same(await stage.said(), ["processed", "ignored no_rule", "processed"]);
  t.match((await stage.events())[2]?.commands, [
    { do: "entity", data: { email: null } },
    { do: "cancel" },
    { do: "execute", contact: { email: "ines.duarte@example.pt" }, context: { at: "2026-10-05T14:00:00.000Z" } },
  ]);
});

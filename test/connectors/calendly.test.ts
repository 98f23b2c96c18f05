import { test } from "tap";
import { calendly } from "../../connectors/calendly/calendly.js";
import type { BookingReading } from "../../core/contracts/connector.js";
import { Gone, Malformed, Unauthorized } from "../../core/contracts/errors.js";
import { bookingReading } from "../../connectors/readings.js";
import { fakePlatform } from "../fakes/platform-http.js";
import { connected, fixture, only, platform, post } from "./recordings.js";

const secret = "example-calendly-signing-key";
const connector = connected(calendly, [secret], { api: { accessToken: "pat" } });
const api = "https://api.calendly.com";
const invitee = `${api}/scheduled_events/1f0b7a52-6c1d-4a57-9d5e-00000000e001/invitees/2a9c4e10-1b7d-4f1e-8a22-00000000a001`;
const movedTo = `${api}/scheduled_events/1f0b7a52-6c1d-4a57-9d5e-00000000e002/invitees/2a9c4e10-1b7d-4f1e-8a22-00000000a002`;

/** What is read of a recorded body, changed or not. */
function read(file: string, payload: object = {}, envelope: object = {}) {
  const body = fixture(`calendly-${file}.json`);
  const event = only(connector.receive(post({ ...body, ...envelope, payload: { ...body.payload, ...payload } })));
  return { event, reading: connector.reading?.(event) as BookingReading | undefined };
}

test("a booking is read whole", async (t) => {
  const { event, reading } = read("invitee.created");
  t.equal(event.id, `invitee.created:${invitee}:2026-09-28T08:00:01.000000Z`);
  t.equal(event.occurredAt, Date.parse("2026-09-28T08:00:01Z"));
  t.equal(event.trial, undefined);
  t.same(
    reading,
    bookingReading({
      id: invitee,
      status: "booked",
      service: "Physio follow-up (45 min)",
      startsAt: Date.parse("2026-10-05T13:00:00Z"),
      endsAt: Date.parse("2026-10-05T13:45:00Z"),
      timeZone: "Europe/London",
      email: "sam.whitcombe@example.co.uk",
      firstName: "Sam",
      lastName: "Whitcombe",
      phone: "+44 7700 900123",
      locationId: "12 Harbour St, Bristol",
      staffId: `${api}/users/5d3c8b7a-0000-4000-8000-00000000u001`,
      staffEmail: "dr.hale@clinic.example.com",
      createdAt: Date.parse("2026-09-28T08:00:00.327Z"),
      updatedAt: Date.parse("2026-09-28T08:00:00.341Z"),
      version: Date.parse("2026-09-28T08:00:00.341Z"),
    }),
  );
});

test("a cancellation is newer than what it cancels", async (t) => {
  const { event, reading } = read("invitee.canceled");
  t.same(event.words, ["booking.cancelled"]);
  t.equal(reading?.status, "cancelled");
  t.equal(reading?.id, invitee);
  t.ok(reading!.version! > read("invitee.created").reading!.version!);
  t.equal(read("invitee.created", { canceled: true }).reading?.status, "cancelled", "as some bodies say it");
});

test("of a reschedule only the new booking speaks, and names the old one", async (t) => {
  const away = read("reschedule-1-invitee.canceled");
  t.same(away.event.words, [], "a move is no cancellation");
  t.equal(away.reading, undefined, "nothing that could undo the new times, whichever comes first");
  const here = read("reschedule-2-invitee.created");
  t.same(here.event.words, ["booking.moved"]);
  t.match(here.reading, {
    id: movedTo,
    replaces: invitee,
    status: "booked",
    startsAt: Date.parse("2026-10-08T15:00Z"),
  });
  t.not(here.event.id, away.event.id);
});

test("a no-show is one until it is taken back", async (t) => {
  const created = "2026-10-05T14:00:00.000000Z";
  const marked = read(
    "invitee.created",
    { no_show: { uri: "x", created_at: created } },
    { event: "invitee_no_show.created", created_at: created },
  );
  t.same(marked.event.words, ["booking.noShow"]);
  t.match(marked.reading, {
    id: invitee,
    status: "noShow",
    version: Date.parse(created),
    email: "sam.whitcombe@example.co.uk",
  });
  const later = "2026-10-05T14:10:00.000000Z";
  const taken = read("invitee.created", { no_show: null }, { event: "invitee_no_show.deleted", created_at: later });
  t.same(taken.event.words, []);
  t.match(taken.reading, { status: "booked", version: Date.parse(later) });
});

test("a no-show that only names the invitee is completed", async (t) => {
  const body = {
    event: "invitee_no_show.created",
    created_at: "2026-10-05T14:00:00Z",
    payload: { uri: `${api}/invitee_no_shows/1`, invitee },
  };
  const event = only(connector.receive(post(body)));
  t.same(
    connector.reading?.(event),
    bookingReading({ id: invitee, status: "noShow", version: Date.parse(body.created_at) }),
  );
  const { scheduled_event: scheduled, ...resource } = fixture("calendly-invitee.created.json").payload;
  const http = platform({ [invitee]: { resource }, [scheduled.uri]: { resource: scheduled } });
  const fetched = await connector.fetch!(event, http);
  t.same(http.asked, [invitee, scheduled.uri]);
  t.same(connector.reading?.(fetched), {
    ...read("invitee.created").reading,
    status: "noShow",
    version: Date.parse(body.created_at),
  });
});

test("an old body without its event is completed, and others are left alone", async (t) => {
  const { event: uri, scheduled_event: scheduled, ...payload } = fixture("calendly-invitee.created.json").payload;
  const old = only(
    connector.receive(
      post({ event: "invitee.created", created_at: "2026-09-28T08:00:01Z", payload: { ...payload, event: uri } }),
    ),
  );
  t.match(connector.reading?.(old), { id: invitee, startsAt: null, endsAt: null, service: null });
  const fetched = await connector.fetch!(old, platform({ [uri]: { resource: scheduled } }));
  t.same(connector.reading?.(fetched), read("invitee.created").reading);
  const http = platform({});
  const { event: whole } = read("invitee.created");
  t.equal(await connector.fetch!(whole, http), whole);
  const form = only(
    connector.receive(post({ event: "routing_form_submission.created", payload: { uri: "f", event: "e" } })),
  );
  t.equal(await connector.fetch!(form, http), form);
  t.equal(connector.reading?.(form), undefined);
  t.same(form.words, []);
  t.same(http.asked, []);
});

test("what ends a booking holds although Calendly has forgotten it", async (t) => {
  const gone = { get: () => Promise.reject(new Gone("404")) };
  const { scheduled_event: _, ...payload } = fixture("calendly-invitee.canceled.json").payload;
  const old = (event: string) => only(connector.receive(post({ event, created_at: "2026-10-04T07:30:01Z", payload })));
  const cancelled = await connector.fetch!(old("invitee.canceled"), gone);
  t.match(connector.reading?.(cancelled), { id: invitee, status: "cancelled", startsAt: null });
  await t.rejects(connector.fetch!(old("invitee.created"), gone), Gone);
  const named = { event: "invitee_no_show.created", created_at: "2026-10-05T14:00:00Z", payload: { invitee } };
  const marked = await connector.fetch!(only(connector.receive(post(named))), gone);
  t.match(connector.reading?.(marked), { id: invitee, status: "noShow" });
});

test("names and phones stand in several places", async (t) => {
  const nameless = { first_name: null, last_name: null };
  t.match(read("invitee.created", { ...nameless, name: "Ana María López" }).reading, {
    firstName: "Ana",
    lastName: "María López",
  });
  t.match(read("invitee.created", { ...nameless, name: "Cher" }).reading, { firstName: "Cher", lastName: null });
  t.match(read("invitee.created", { ...nameless, name: null }).reading, { firstName: null, lastName: null });
  t.equal(read("invitee.created", { text_reminder_number: null }).reading?.phone, "+44 7700 900123", "from the answer");
  const answers = [
    { question: "Phone number", answer: "none, sorry" },
    { question: "Member number", answer: "123456789" },
  ];
  t.equal(read("invitee.created", { text_reminder_number: null, questions_and_answers: answers }).reading?.phone, null);
  t.equal(read("invitee.created", { text_reminder_number: null, questions_and_answers: null }).reading?.phone, null);
  t.equal(read("invitee.created", { email: "" }).reading?.email, null);
  t.match(read("invitee.created", { scheduled_event: { location: { type: "zoom" }, event_memberships: [] } }).reading, {
    locationId: "zoom",
    staffId: null,
    staffEmail: null,
    startsAt: null,
  });
});

test("a booking is asked for again, and followed when it was moved", async (t) => {
  const { scheduled_event: scheduled, ...resource } = fixture("calendly-invitee.created.json").payload;
  const booking = read("invitee.created").reading!;
  const same = platform({ [invitee]: { resource }, [scheduled.uri]: { resource: scheduled } });
  t.same(await connector.again!(booking, same), booking);
  const absent = { ...resource, no_show: { uri: "x", created_at: "2026-10-05T14:00:00Z" } };
  const marked = platform({ [invitee]: { resource: absent }, [scheduled.uri]: { resource: scheduled } });
  t.match(await connector.again!(booking, marked), { status: "noShow", version: Date.parse("2026-10-05T14:00:00Z") });

  const old = fixture("calendly-reschedule-1-invitee.canceled.json").payload;
  const next = fixture("calendly-reschedule-2-invitee.created.json").payload;
  const moved = platform({
    [invitee]: { resource: old },
    [movedTo]: { resource: next },
    [next.event]: { resource: next.scheduled_event },
  });
  t.match(await connector.again!(booking, moved), {
    id: movedTo,
    replaces: invitee,
    startsAt: Date.parse("2026-10-08T15:00Z"),
  });

  const circle = { ...old, new_invitee: invitee };
  const endless = platform({ [invitee]: { resource: circle }, [old.event]: { resource: old.scheduled_event } });
  t.match(await connector.again!(booking, endless), { id: invitee, status: "cancelled" });
  t.equal(endless.asked.length, 6, "it ends");
  t.same(
    await connector.again!(booking, platform({ [invitee]: {} })),
    booking,
    "an answer that says nothing changes nothing",
  );
});

test("an event that is not there, or comes with its invitee, is not asked for twice", async (t) => {
  const { scheduled_event: scheduled, ...invited } = fixture("calendly-invitee.created.json").payload;
  const booking = read("invitee.created").reading!;
  const { startsAt, endsAt } = booking;
  const alone = await connector.again!(booking, fakePlatform({ [invitee]: { resource: invited } }));
  t.match(alone, { status: "booked", startsAt, endsAt }, "its times stay as they are known");
  const whole = { ...invited, scheduled_event: { ...scheduled, end_time: "2026-10-05T15:00:00Z" } };
  const http = fakePlatform({ [invitee]: { resource: whole } });
  t.match(await connector.again!(booking, http), { endsAt: Date.parse("2026-10-05T15:00:00Z") });
  t.same(http.calls, [invitee]);
});

test("the API is called with the token, or not at all", async (t) => {
  t.match(connector.api, { baseUrl: api, headers: { authorization: "Bearer pat" } });
  const without = connected(calendly, [secret]);
  t.same([without.api, without.fetch, without.again], [undefined, undefined, undefined]);
  t.equal(
    connected(calendly, [], { api: { accessToken: "x", baseUrl: "http://localhost:1" } }).api?.baseUrl,
    "http://localhost:1",
  );
  t.throws(() => connected(calendly, [], { api: {} }), /accessToken/);
  t.throws(() => connected(calendly, [], { api: { accessToken: "x", baseUrl: "https://a.example/path" } }), /origin/);
});

test("the header is read with care", async (t) => {
  const now = 1_791_104_127_000;
  const body = '{"event":"invitee.created","payload":{}}';
  const signed = connector.sign(Buffer.from(body), {}, now)["calendly-webhook-signature"]!;
  const [time = "", digest = ""] = signed.split(",");
  const verify = (header: string) => () => connector.verify(post(body, { "calendly-webhook-signature": header }, now));
  for (const fine of [
    ` ${time} , ${digest} `,
    `${digest},${time}`,
    `v0=1,${time},${digest},x=`,
    `${time.replace("=", " = ")},${digest}`,
  ]) {
    t.doesNotThrow(verify(fine), fine);
  }
  const bad = new Unauthorized("bad_signature");
  for (const header of [
    `${time},${signed}`,
    `${signed},${digest}`,
    `t=,${digest}`,
    `${time},v1=`,
    time,
    digest,
    `t=1e3,${digest}`,
    `t=-1,${digest}`,
  ]) {
    t.throws(verify(header), bad, header);
  }
  t.throws(verify("  "), new Unauthorized("missing_signature"));
  t.throws(() => connected(calendly, []).sign(Buffer.from(body), {}, now), /no secret to sign with/);
});

test("what is no event is refused, and what is hardly one is read", async (t) => {
  t.throws(() => connector.receive(post("nothing")), Malformed);
  t.throws(() => connector.receive(post({ payload: {} })), new Malformed("The body has no event"));
  const bare = only(connector.receive(post({ event: "invitee.created" })));
  t.match(bare, { id: "", occurredAt: null });
  t.equal(connector.reading?.(bare), undefined);
});

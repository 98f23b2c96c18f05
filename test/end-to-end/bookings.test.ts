import t, { type Test } from "tap";
import { bookingPlatforms, type Booked, type BookingPlatform } from "./booking-platforms.js";
import { Installation } from "./harness.js";
import { platformServer } from "./platform-server.js";
import { iso, pattern, type Delivery } from "./telling.js";

const mail = (id: string, subject: string): string => `  - { id: ${id}, email: { subject: "${subject}", text: x } }\n`;
const until = (ifPast: string): string =>
  `  - { id: w, wait: { until: entity.startsAt, offset: -1d, ifPast: ${ifPast} } }\n`;
const steps = {
  remind: mail("a", "Booked") + until("continue") + mail("b", "Tomorrow"),
  early: until("exit") + mail("b", "In time"),
  review: mail("a", "How was it?"),
  missed: mail("a", "We missed you"),
  moved: mail("a", "Moved"),
};
const sequences = Object.fromEntries(
  Object.entries(steps).map(([key, text]) => [key, `purpose: transactional\nsteps:\n${text}`]),
);
const rules = [
  ["created", "remind"],
  ["created", "early"],
  ["moved", "moved"],
  ["ended", "review"],
  ["noShow", "missed"],
].map(([word, execute]) => `    - { event: booking.${word}, execute: ${execute} }\n`);
const hour = 3_600_000;
const day = 24 * hour;

/** What one platform tells in a scenario, and what comes of it. */
interface Scenario {
  told: (platform: BookingPlatform, booking: Booked) => Delivery[];
  /** Default: five days ahead. */
  startsIn?: number;
  /** Of each event, as `status reason`; `*` is any word. */
  events: (platform: BookingPlatform) => string[];
  messages: string[];
  /** Of what `booking.created` started. */
  sendings?: string[];
  /** When those that wait go on. */
  waits?: (booking: Booked) => number;
  /** Not for platforms that are asked for what is true now. */
  late?: boolean;
  needs?: "ended";
}

const later = (booking: Booked, change: number, shift: number): Booked => ({
  ...booking,
  change,
  startsAt: booking.startsAt + shift,
});
/** Told when the platform already has something newer. */
const afterwards = ({ asks = false }: BookingPlatform, { given, ...delivery }: Delivery): Delivery =>
  asks || !given ? delivery : { ...delivery, given };

const scenarios: Record<string, Scenario> = {
  "is reminded of": {
    told: (p, b) => [p.created(b)],
    events: () => ["processed"],
    messages: ["Booked"],
    sendings: ["scheduled", "sent"],
    waits: ({ startsAt }) => startsAt - day,
  },
  "is one however often it is told": {
    told: (p, b) => [p.created(b), p.created({ ...b, change: 1 })],
    events: (p) => (p.tellsOnce ? ["processed"] : ["processed", "ignored repeated"]),
    messages: ["Booked"],
    late: true,
  },
  "moves with what waits for it": {
    told: (p, b) => [p.created(b), p.moved(later(b, 1, day))],
    events: () => ["processed", "processed"],
    messages: ["Booked", "Moved"],
    sendings: ["scheduled", "sent"],
    waits: ({ startsAt }) => startsAt,
  },
  "does not move back by what is told late": {
    told: (p, b) => [p.created(b), p.moved(later(b, 2, 2 * day)), p.moved(later(b, 1, day))],
    events: () => ["processed", "processed", "* repeated"],
    messages: ["Booked", "Moved"],
    waits: ({ startsAt }) => startsAt + day,
    late: true,
  },
  "moves to where there is no time left": {
    told: (p, b) => [p.created(b), p.moved(later(b, 1, hour - 5 * day))],
    events: () => ["processed", "processed"],
    messages: ["Booked", "Moved", "Tomorrow"],
    sendings: ["cancelled past", "completed"],
  },
  "comes too late for what would have been in time": {
    told: (p, b) => [p.created(b)],
    startsIn: hour,
    events: () => ["processed"],
    messages: ["Booked", "Tomorrow"],
    sendings: ["cancelled past", "completed"],
  },
  "ends with its cancellation": {
    told: (p, b) => [p.created(b), p.cancelled({ ...b, change: 1 })],
    events: () => ["processed", "processed"],
    messages: ["Booked"],
    sendings: ["cancelled by_entity", "cancelled by_entity"],
  },
  "does not begin after its cancellation": {
    told: (p, b) => [p.cancelled({ ...b, change: 1 }), afterwards(p, p.created(b))],
    events: (p) => ["processed", p.asks ? "processed" : "ignored stale"],
    messages: [],
  },
  "that nobody came to ends, and is asked about": {
    told: (p, b) => [p.created(b), p.noShow({ ...b, change: 1 })],
    events: () => ["processed", "processed"],
    messages: ["Booked", "We missed you"],
  },
  "that was over long ago is not asked about": {
    told: (p, b) => [p.created(b)],
    startsIn: -4 * day,
    events: () => ["processed", "ignored too_old"],
    messages: ["Booked", "Tomorrow"],
  },
  "is over once, also when its platform says so too": {
    told: (p, b) => [p.created(b), ...(p.ended ? [p.ended({ ...b, change: 1 })] : [])],
    startsIn: -2 * hour,
    events: () => ["processed", "processed", "ignored repeated"],
    messages: ["Booked", "How was it?", "Tomorrow"],
    needs: "ended",
  },
  "by phone is nobody's to write to": {
    told: (p, b) => [p.phoneOnly(b)],
    events: () => ["ignored no_email"],
    messages: [],
  },
};

t.test("a booking", async (t) => {
  const server = await platformServer(t);
  const platforms = bookingPlatforms(server);
  const salons = Object.entries(platforms).map(([connector, { api }]) => {
    const options = `  on:\n${rules.join("")}${api === undefined ? "" : `  api: ${api}\n`}`;
    return [connector, { use: "bookings", connector, options, maxAge: "3d", testMode: false }] as const;
  });
  const app = await Installation.start(t, Object.fromEntries(salons), sequences);
  let id = 100;
  const booked = (startsIn: number): Booked => {
    id += 1;
    const startsAt = Math.floor((Date.now() + startsIn) / 1000) * 1000;
    return { id, email: `b${id}@x.example`, startsAt, change: 0 };
  };
  for (const [name, platform] of Object.entries(platforms)) {
    for (const [what, scenario] of Object.entries(scenarios)) {
      if ((scenario.late && platform.asks) || (scenario.needs && !platform.ended)) continue;
      const booking = booked(scenario.startsIn ?? 5 * day);
      await t.test(`of ${name} ${what}`, (t) => carryOut(t, app, name, scenario, platform, booking));
    }
  }

  await t.test("is asked about when it is over, and not when it was called off before", async (t) => {
    const ending = Object.entries(platforms).map((named) => ({
      named,
      gone: booked(6000 - hour),
      kept: booked(7000 - hour),
    }));
    for (const { named, gone, kept } of ending) {
      const [name, platform] = named;
      const called = { ...gone, change: 1 };
      for (const delivery of [platform.created(gone), platform.cancelled(called), platform.created(kept)])
        t.equal(await app.say(name, delivery), 200, name);
    }
    for (const { named, gone, kept } of ending) {
      const [name] = named;
      t.strictSame((await app.untilSubjectsTo(kept.email, 3)).toSorted(), ["Booked", "How was it?", "Tomorrow"], name);
      t.notOk((await app.subjectsTo(gone.email)).includes("How was it?"), name);
    }
  });
});

async function carryOut(
  t: Test,
  app: Installation,
  source: string,
  { told, events, messages, sendings, waits }: Scenario,
  platform: BookingPlatform,
  booking: Booked,
): Promise<void> {
  const before = await app.eventCount(source);
  for (const delivery of told(platform, booking)) {
    t.equal(await app.say(source, delivery), 200);
    await app.rest();
  }
  const wanted = events(platform);
  t.equal((await app.untilEvents(source, before + wanted.length)) - before, wanted.length);
  await app.rest();
  t.match(await app.last(source, wanted.length), wanted.map(pattern));
  t.strictSame((await app.subjectsTo(booking.email)).toSorted(), messages);
  const started = (await app.sendingsTo(booking.email)).slice(0, 2);
  if (sendings) t.strictSame(started.map(({ said }) => said).toSorted(), sendings);
  if (waits) for (const { dueAt } of started) t.equal(dueAt, iso(waits(booking)));
}

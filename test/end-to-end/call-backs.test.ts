import t from "tap";
import type { JsonObject } from "../../core/contracts/model.js";
import { bookingPlatforms } from "./booking-platforms.js";
import { Installation } from "./harness.js";
import { orderPlatforms } from "./order-platforms.js";
import { platformServer, type Mood, type PlatformServer } from "./platform-server.js";
import { iso, next, recorded, type Delivery } from "./telling.js";

const hello = `purpose: transactional
steps:
  - { id: a, email: { subject: Hello, text: x } }
`;

/** An event that its platform has to be asked about. */
interface Asking {
  use: "orders" | "bookings";
  connector: string;
  api: string;
  event: string;
  /** What has to be asked for. */
  path: (id: number) => string;
  told: (id: number, email: string) => Delivery;
  /** Default: it is gone. */
  without?: string;
}

function askings(server: PlatformServer): Record<string, Asking> {
  const { square, bigcommerce } = orderPlatforms(server);
  const { square: salon, acuity } = bookingPlatforms(server);
  const startsAt = Date.now() + 86_400_000;
  const order = (id: number, email: string) => ({ id, email, at: Date.now() });
  const booking = (id: number, email: string) => ({ id, email, startsAt, change: 0 });
  const paid = { use: "orders", event: "order.paid" } as const;
  const booked = { use: "bookings", event: "booking.created" } as const;
  const customer = (id: number): string => `/v2/customers/c${id}`;
  return {
    square: {
      ...{ ...paid, connector: "square", api: square!.api!, path: customer, without: "ignored no_email" },
      told: (id, email) => square!.paid(order(id, email)),
    },
    bigcommerce: {
      ...{ ...paid, connector: "bigcommerce", api: bigcommerce!.api!, path: (id) => `/stores/a/v2/orders/${id}` },
      told: (id, email) => bigcommerce!.paid(order(id, email)),
    },
    woocommerce: {
      ...{ ...paid, connector: "woocommerce", path: (id) => `/wp-json/wc/v3/orders/${id}` },
      api: `{ baseUrl: "${server.url}", consumerKey: k, consumerSecret: s }`,
      told(id, email) {
        const action = "woocommerce_order_status_completed";
        const now = iso(Date.now()).slice(0, 19);
        const given = { ...recorded("woocommerce-order.updated-completed.json"), id, date_modified_gmt: now };
        return {
          text: JSON.stringify({ action, arg: id }),
          headers: { "x-wc-webhook-topic": `action.${action}`, "x-wc-webhook-delivery-id": next() },
          given: () => server.set(`/wp-json/wc/v3/orders/${id}`, { ...given, billing: { email } }),
        };
      },
    },
    "square-bookings": {
      ...{ ...booked, connector: "square", api: salon!.api!, path: customer, without: "ignored no_email" },
      told: (id, email) => salon!.created(booking(id, email)),
    },
    acuity: {
      ...{ ...booked, connector: "acuity", api: acuity!.api!, path: (id) => `/api/v1/appointments/${id}` },
      told: (id, email) => acuity!.created(booking(id, email)),
    },
    calendly: {
      ...{ ...booked, connector: "calendly", path: (id) => `/scheduled_events/${id}` },
      api: `{ baseUrl: "${server.url}", accessToken: t }`,
      // Older ones came without their event.
      told(id, email) {
        const { payload } = recorded("calendly-invitee.created.json") as { payload: JsonObject };
        const { scheduled_event: scheduled, ...rest } = payload;
        const event = `https://api.calendly.com/scheduled_events/${id}`;
        const created = iso(Date.now());
        const times = { start_time: iso(startsAt), end_time: iso(startsAt) };
        const told = { ...rest, event, uri: `${event}/invitees/1`, email, updated_at: created };
        return {
          text: JSON.stringify({ event: "invitee.created", created_at: created, payload: told }),
          given: () => server.set(`/scheduled_events/${id}`, { resource: { ...(scheduled as JsonObject), ...times } }),
        };
      },
    },
  };
}

t.test("what a platform is asked for", async (t) => {
  const server = await platformServer(t);
  const all = Object.entries(askings(server));
  const sources = all.map(([name, { use, connector, api, event }]) => {
    const options = `  on: [ { event: ${event}, execute: hello } ]\n  api: ${api}\n`;
    return [name, { use, connector, options, testMode: false }] as const;
  });
  const app = await Installation.start(t, Object.fromEntries(sources), { hello });
  let round = 50;
  const idOf = (index: number): number => round * 10 + index;
  /** Has an event of every source told, each of which finds the platform in these moods. */
  const tell = async (...moods: (Mood | "gone")[]): Promise<string[]> => {
    round += 1;
    for (const [index, [name, { told, path }]] of all.entries()) {
      const id = idOf(index);
      const delivery = told(id, `a${id}@x.example`);
      delivery.given?.();
      if (moods[0] === "gone") server.set(path(id), null);
      else server.moods(path(id), ...(moods as Mood[]));
      t.equal(await app.say(name, { ...delivery, given: () => undefined }), 200, name);
    }
    return all.map((_, index) => `a${idOf(index)}@x.example`);
  };
  const said = () => Promise.all(all.map(async ([name]) => (await app.last(name, 1))[0]));
  const each = (one: (asking: Asking) => string): string[] => all.map(([, asking]) => one(asking));
  const greeted = async (addresses: string[]) => {
    for (const address of addresses) t.strictSame(await app.untilSubjectsTo(address, 1), ["Hello"], address);
  };

  await t.test("is gone", async (t) => {
    await tell("gone");
    await app.rest();
    t.strictSame(
      await said(),
      each(({ without = "ignored gone" }) => without),
    );
  });

  await t.test("is asked for again after 500, and not before Retry-After", async (t) => {
    await greeted(await tell({ status: 500 }, { status: 429, retryAfter: 1 }));
    t.strictSame(
      await said(),
      each(() => "processed"),
    );
    for (const [index, [name, { path }]] of all.entries()) {
      const times = server.askedAt(path(idOf(index)));
      t.equal(times.length, 3, name);
      t.ok((times[2] ?? 0) - (times[1] ?? 0) >= 1000, `${name} was not asked before`);
    }
  });

  await t.test("is refused: a person has to look after it", async (t) => {
    await tell({ status: 401 });
    await app.rest();
    t.strictSame(
      await said(),
      each(() => "dead fetch_failed"),
    );
    for (const [name] of all) t.match(await app.source(name), { counts: { dead: 1 }, lastError: /credentials/ }, name);
  });

  await t.test("is late: nobody waits for it but its own event", async () => {
    const late = await tell("hang");
    await greeted(await tell());
    for (const address of late) t.strictSame(await app.subjectsTo(address), [], address);
    await greeted(late);
  });
});

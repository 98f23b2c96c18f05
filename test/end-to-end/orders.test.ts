import t, { type Test } from "tap";
import { Installation } from "./harness.js";
import { orderPlatforms, type Ordered, type OrderPlatform } from "./order-platforms.js";
import { platformServer } from "./platform-server.js";
import { pattern, type Delivery } from "./telling.js";

const followUp = (purpose: string, subject: string): string => `purpose: ${purpose}
steps:
  - { id: a, email: { subject: "${subject} {{ context.order }}", text: x } }
  - { id: w, wait: 30d }
  - { id: b, email: { subject: Again, text: x } }
`;
const sequences = { thanks: followUp("transactional", "Thanks for"), news: followUp("marketing", "More than") };
const rules = ["thanks", "news"].map(
  (execute) => `    - { event: order.paid, execute: ${execute}, context: { order: "order.id" } }\n`,
);
const day = 86_400_000;

/** What one platform tells in a scenario, and what comes of it. */
interface Scenario {
  told: (platform: OrderPlatform, order: Ordered) => Delivery[];
  order?: Partial<Ordered>;
  /** Of each event, as `status reason`; `*` is any word. What was delivered twice is one. */
  events: string[];
  messages: ("Thanks" | "More")[];
  sendings?: string;
  /** For platforms that can say so only. */
  needs?: "consent" | "test";
}

const both = ["Thanks", "More"] as const;
const scenarios: Record<string, Scenario> = {
  "is followed up": { told: (p, o) => [p.paid(o)], events: ["processed"], messages: [...both], sendings: "sent" },
  "is one however often it is delivered": {
    told: (p, o) => Array<Delivery>(3).fill(p.paid(o)),
    events: ["processed"],
    messages: [...both],
  },
  "is one however often it is told": {
    told: (p, o) => [p.paid(o), p.retold(o)],
    events: ["processed", "ignored repeated"],
    messages: [...both],
  },
  "is not unpaid because that is told late": {
    told: (p, o) => [p.paid(o), p.unpaid(o)],
    events: ["processed", "ignored *"],
    messages: [...both],
    sendings: "sent",
  },
  "is followed up when it is paid, not before": {
    told: (p, o) => [p.unpaid(o), p.paid(o)],
    events: ["ignored *", "processed"],
    messages: [...both],
  },
  "ends with its cancellation": {
    told: (p, o) => [p.paid(o), p.cancelled(o)],
    events: ["processed", "processed"],
    messages: [...both],
    sendings: "cancelled by_entity",
  },
  "does not begin after its cancellation": {
    told: (p, o) => [p.cancelled(o), p.paid(o)],
    events: ["processed", "ignored stale"],
    messages: [],
  },
  "ends with its refund": {
    told: (p, o) => [p.paid(o), p.refunded(o)],
    events: ["processed", "processed"],
    messages: [...both],
    sendings: "cancelled by_entity",
  },
  "is no reason for news to whoever wants none": {
    told: (p, o) => [p.paid(o)],
    order: { consent: false },
    events: ["processed no_consent"],
    messages: ["Thanks"],
    needs: "consent",
  },
  "is not followed up after days": {
    told: (p, o) => [p.paid(o)],
    order: { at: Date.now() - 4 * day },
    events: ["ignored too_old"],
    messages: [],
  },
  "is none when it is a test": {
    told: (p, o) => [p.paid(o)],
    order: { test: true },
    events: ["ignored test_event"],
    messages: [],
    needs: "test",
  },
};

t.test("an order", async (t) => {
  const server = await platformServer(t);
  const platforms = orderPlatforms(server);
  const shops = Object.entries(platforms).map(([connector, { api }]) => {
    const options = `  on:\n${rules.join("")}${api === undefined ? "" : `  api: ${api}\n`}`;
    return [connector, { use: "orders", connector, options, maxAge: "3d", testMode: false }] as const;
  });
  const app = await Installation.start(t, Object.fromEntries(shops), sequences);
  let orders = 1000;
  for (const [name, platform] of Object.entries(platforms)) {
    for (const [what, scenario] of Object.entries(scenarios)) {
      if (scenario.needs !== undefined && platform.lacks?.includes(scenario.needs)) continue;
      orders += 10;
      const email = `o${orders}@x.example`;
      const order = { id: orders, email, at: Date.now(), ...scenario.order };
      await t.test(`of ${name} ${what}`, (t) => carryOut(t, app, name, scenario, platform, order));
    }
  }
});

async function carryOut(
  t: Test,
  app: Installation,
  source: string,
  { told, events, messages, sendings }: Scenario,
  platform: OrderPlatform,
  order: Ordered,
): Promise<void> {
  const before = await app.eventCount(source);
  for (const delivery of told(platform, order)) {
    t.equal(await app.say(source, delivery), 200);
    await app.rest();
  }
  t.equal((await app.eventCount(source)) - before, events.length);
  t.match(await app.last(source, events.length), events.map(pattern));
  const key = platform.id(order).replace("order:", "");
  const wanted = messages.map((one) => (one === "Thanks" ? `Thanks for ${key}` : `More than ${key}`));
  t.strictSame((await app.subjectsTo(order.email)).toSorted(), wanted.toSorted());
  if (sendings === undefined) return;
  const found = await app.sendingsTo(order.email);
  t.strictSame(
    found.map((one) => one.said),
    messages.map(() => sendings),
  );
}

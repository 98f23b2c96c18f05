import t, { test } from "tap";
import { connectorTypes } from "../../connectors/connectors.js";
import type { EventWord } from "../../core/contracts/connector.js";
import { connectorSuite, type ProofScheme, type RecordedDelivery } from "../../core/contracts/suites/connector.js";
import { bodyOf, connected, fixture, recordings, type Recording } from "./recordings.js";

interface Platform {
  connector: string;
  scheme: ProofScheme;
  otherSecret?: string;
  options?: (recording: Recording) => unknown;
  /** What the platform calls the event, as recorded. */
  type: (recording: Recording) => string;
  words?: Record<string, EventWord[]>;
}

const hex = (header: string): ProofScheme => ({ header, digest: "hex" });
const base64 = (header: string): ProofScheme => ({ header, digest: "base64" });
const header = (name: string) => (recording: Recording) => recording.headers[name] ?? "";
const field = (name: string) => (recording: Recording) =>
  String(JSON.parse(Buffer.from(bodyOf(recording)).toString())[name]);
const none = () => "";

/** By the first word of the recording's name. */
const platforms: Record<string, Platform> = {
  acuity: {
    connector: "acuity",
    scheme: base64("x-acuity-signature"),
    options: () => ({ api: { userId: "1", apiKey: "key" } }),
    type: ({ file }) => String(fixture(file).fields.action),
    words: {
      "appointment.scheduled": ["booking.created"],
      "appointment.rescheduled": ["booking.moved"],
      "appointment.canceled": ["booking.cancelled"],
      "order.completed": [],
    },
  },
  bigcommerce: {
    connector: "bigcommerce",
    scheme: { ...base64("webhook-signature"), tolerance: { seconds: 300, future: true } },
    options: () => ({ api: { storeHash: "abc", accessToken: "token" } }),
    type: field("scope"),
  },
  calcom: {
    connector: "calcom",
    scheme: hex("x-cal-signature-256"),
    type: field("triggerEvent"),
    words: {
      BOOKING_CREATED: ["booking.created"],
      BOOKING_RESCHEDULED: ["booking.moved"],
      BOOKING_CANCELLED: ["booking.cancelled"],
      BOOKING_NO_SHOW_UPDATED: ["booking.noShow"],
      MEETING_ENDED: ["booking.ended"],
    },
  },
  calendly: {
    connector: "calendly",
    scheme: { ...hex("calendly-webhook-signature"), tolerance: { seconds: 180, future: false } },
    type: field("event"),
    words: {
      "invitee.created": ["booking.created"],
      "invitee.canceled": ["booking.cancelled"],
      "reschedule-1-invitee.canceled": [],
      "reschedule-2-invitee.created": ["booking.moved"],
    },
  },
  cloudevents: {
    connector: "cloudevents",
    scheme: { header: "authorization", digest: null },
    type: () => "com.example.appointment.ended",
    words: { binary: [], structured: [] },
  },
  generic: {
    connector: "plain",
    scheme: hex("x-hub-signature-256"),
    options: () => ({ auth: "hmac" }),
    type: none,
    words: { "plain-post": [] },
  },
  mindbody: {
    connector: "mindbody",
    scheme: base64("x-mindbody-signature"),
    type: field("eventId"),
    words: {
      "appointmentBooking.created": ["booking.created"],
      "appointmentBooking.updated": ["booking.ended"],
      "appointmentBooking.cancelled": ["booking.cancelled"],
    },
  },
  shopify: { connector: "shopify", scheme: base64("x-shopify-hmac-sha256"), type: header("X-Shopify-Topic") },
  square: {
    connector: "square",
    scheme: base64("x-square-hmacsha256-signature"),
    options: ({ notification_url: notificationUrl }) => ({ notificationUrl }),
    type: field("type"),
  },
  standardwebhooks: {
    connector: "standard-webhooks",
    scheme: { ...base64("webhook-signature"), tolerance: { seconds: 300, future: true } },
    otherSecret: "whsec_plJ3nmyCDGBKInavdOK15jsl",
    type: field("type"),
    words: { "order.paid": [] },
  },
  stripe: {
    connector: "stripe-checkout",
    scheme: { ...hex("stripe-signature"), tolerance: { seconds: 300, future: false } },
    type: field("type"),
  },
  woocommerce: {
    connector: "woocommerce",
    scheme: base64("x-wc-webhook-signature"),
    type: header("X-WC-Webhook-Topic"),
  },
};

const [platformOf, nameOf] = [0, 1].map(
  (part) =>
    ({ file }: Recording) =>
      /^([a-z]+)-(.*)[.]json$/.exec(file)![part + 1]!,
) as [(recording: Recording) => string, (recording: Recording) => string];

function delivery(recording: Recording, { type, words, otherSecret = "another secret" }: Platform): RecordedDelivery {
  const token = platformOf(recording) === "cloudevents" ? { authorization: "Bearer cloudy token" } : {};
  const expected = words?.[nameOf(recording)];
  return {
    name: recording.file,
    method: recording.method,
    headers: { ...recording.headers, ...token },
    body: bodyOf(recording),
    secret: recording.secret ?? "cloudy token",
    otherSecret,
    signedAt: (recording.clock ?? 1_791_104_127) * 1000,
    expect: [{ type: type(recording), ...(expected && { words: expected }) }],
  };
}

for (const [name, platform] of Object.entries(platforms)) {
  const own = recordings.filter((recording) => platformOf(recording) === name && !recording.expect);
  const type = connectorTypes.get(platform.connector);
  if (!type) throw new Error(`There is no connector ${platform.connector}`);
  const optionsOf = new Map(own.map((recording) => [recording.file, platform.options?.(recording)]));
  connectorSuite(
    t.test,
    (secrets, { name: file }) => connected(type, secrets, optionsOf.get(file)),
    platform.scheme,
    own.map((recording) => delivery(recording, platform)),
  );
}

test("no recording and no connector is forgotten", async (t) => {
  const left = recordings.filter((recording) => !(platformOf(recording) in platforms)).map(platformOf);
  t.same([...new Set(left)].sort(), ["adobe", "booksy", "simplybook", "vagaro", "zenoti"], "nobody speaks these yet");
  const handshakes = recordings.filter((recording) => recording.expect).map(({ file }) => file);
  t.same(handshakes, ["woocommerce-ping.json"]);
  const covered = Object.values(platforms).map(({ connector }) => connector);
  t.same(
    [...connectorTypes.keys()].sort(),
    [...covered, "github-style"].sort(),
    "GitHub's deliveries have no recording",
  );
  for (const [name, { words, connector }] of Object.entries(platforms)) {
    if (!words) continue;
    const own = recordings.filter((recording) => platformOf(recording) === name).map(nameOf);
    t.same(own.sort(), Object.keys(words).sort(), `the words of every delivery of ${connector}`);
  }
});

test("every connector says what it is", async (t) => {
  for (const [name, type] of connectorTypes) {
    t.equal(type.name, name);
    t.match(name, /^[a-z][a-z0-9-]*$/);
    t.ok(type.reads.length > 0, `${name} reads something`);
  }
});

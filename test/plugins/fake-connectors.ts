import Joi from "joi";
import type {
  BookingReading,
  Connector,
  InboundEvent,
  OrderReading,
  PrivacyRequest,
} from "../../core/contracts/connector.js";
import { Unauthorized } from "../../core/contracts/errors.js";
import type { Json } from "../../core/contracts/model.js";
import type { ConnectorType } from "../../connectors/connector-type.js";

/** What the connectors below were made with. */
export const connections: { url: string; options: Readonly<Record<string, unknown>> }[] = [];

const proven: Pick<Connector, "verify" | "sign" | "receive"> = {
  verify({ headers }) {
    if (headers["x-proof"] !== "yes") throw new Unauthorized("missing_signature");
  },
  sign: () => ({ "x-proof": "yes" }),
  receive: ({ body }) => [
    { id: "", type: "", words: [], occurredAt: null, payload: JSON.parse(Buffer.from(body).toString()) as Json },
  ],
};

/** Reads what tests put into `fetched.reading`. */
function fake(type: Pick<ConnectorType, "name" | "reads" | "topics" | "options">, more: Partial<Connector> = {}) {
  return {
    ...type,
    connect({ url, options }) {
      connections.push({ url, options });
      return { ...proven, reading: ({ fetched }) => fetched?.["reading"] as unknown as OrderReading, ...more };
    },
  } satisfies ConnectorType;
}

const privacy = ({ type, payload }: InboundEvent): PrivacyRequest | undefined => {
  const { email, orders = [] } = payload as { email?: string; orders?: string[] };
  if (type === "shop/redact") return { emails: [], entities: [], note: "Look after it" };
  return type === "customers/redact" ? { emails: email ? [email] : [], entities: orders, note: null } : undefined;
};

export const fakeConnectors: ReadonlyMap<string, ConnectorType> = new Map(
  [
    fake(
      { name: "shop", reads: ["order"], topics: ["orders/create", "orders/paid", "refunds/create"], options: {} },
      { privacy },
    ),
    fake({ name: "market", reads: ["order", "booking"], topics: null, options: { notificationUrl: Joi.string() } }),
    fake({ name: "salon", reads: ["booking"], topics: ["visit.changed", "visit.dropped"], options: {} }),
    fake({
      name: "plain",
      reads: ["json"],
      topics: [],
      options: { auth: Joi.valid("token", "basic").default("token") },
    }),
    fake({ name: "signed", reads: ["json"], topics: null, options: {} }),
  ].map((type) => [type.name, type]),
);

const nothing = {
  aliases: [],
  email: null,
  firstName: null,
  lastName: null,
  phone: null,
  language: null,
  locationId: null,
  staffId: null,
  consent: null,
  createdAt: null,
  updatedAt: null,
  version: null,
  status: null,
};

export function order(known: Partial<OrderReading> = {}): OrderReading {
  return {
    ...nothing,
    kind: "order",
    id: "1001",
    number: null,
    total: null,
    currency: null,
    items: [],
    tags: [],
    ...known,
  };
}

export function booking(known: Partial<BookingReading> = {}): BookingReading {
  return {
    ...nothing,
    kind: "booking",
    id: "b1",
    replaces: null,
    service: null,
    startsAt: null,
    endsAt: null,
    timeZone: null,
    staffEmail: null,
    ...known,
  };
}

/** An event as a fake connector reads it. */
export function eventOf(known: Partial<InboundEvent>, reading?: OrderReading | BookingReading): InboundEvent {
  return {
    id: "e1",
    type: "orders/paid",
    words: [],
    occurredAt: Date.UTC(2026, 2, 1, 12),
    payload: {},
    ...(reading && { fetched: { reading: JSON.parse(JSON.stringify(reading)) as Json } }),
    ...known,
  };
}

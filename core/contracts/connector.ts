import type { Instant, Json, JsonObject } from "./model.js";

/** A webhook request as it came: header names in lower case with one value each, the body as its exact bytes. */
export interface WebhookRequest {
  readonly method: string;
  /** The public URL of the source's door, with the query of this request. */
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly receivedAt: Instant;
}

export interface WebhookAnswer {
  status: number;
  headers?: Record<string, string>;
  body?: string;
}

/** What events are called here, whatever the platform calls them. One event may be several of them. */
export type EventWord =
  | "order.created"
  | "order.paid"
  | "order.fulfilled"
  | "order.delivered"
  | "order.completed"
  | "order.cancelled"
  | "order.refunded"
  | "order.partlyRefunded"
  | "booking.created"
  | "booking.moved"
  | "booking.cancelled"
  | "booking.noShow"
  | "booking.ended";

/** A message from a platform that has proven itself. */
export interface InboundEvent {
  /** The same for every delivery of one event, and of no other event of its source. `""`: none is known, so that each delivery is an event. */
  readonly id: string;
  /** The platform's own topic. */
  readonly type: string;
  readonly words: readonly EventWord[];
  /** By the platform's clock. */
  readonly occurredAt: Instant | null;
  /** By ours: when the request came that brought it. */
  readonly receivedAt?: Instant;
  /** The body. Whole numbers beyond ±2^53 are strings of their digits. */
  readonly payload: Json;
  /** What `fetch` brought, by a name of the connector's own. */
  readonly fetched?: JsonObject;
  /** What is kept of the order or booking that it is about, from the runtime, where the event itself may say less: as in `entity` commands. */
  readonly known?: JsonObject;
  /**
   * `test`: a trial of the platform's, which `testMode: true` lets pass. `sample`: its people are made up (pings, test notifications,
   * samples) and are never written to.
   */
  readonly trial?: "test" | "sample";
  /** The text to keep instead of the request's body: of one event out of a batch, or without what must not be kept. */
  readonly body?: string;
}

/** What an event says about the person and the order. `null`: the platform does not say. */
export interface OrderReading {
  readonly kind: "order";
  /** Of the order, without a prefix; what `entity` is made of. */
  readonly id: string;
  /** Other ids by which later events of the platform may name this order, each with what it is, as `payment:abc`. */
  readonly aliases: readonly string[];
  readonly number: string | null;
  readonly status: OrderStatus | null;
  /** In units of the currency. */
  readonly total: number | null;
  /** What this event alone gives back, in units of `currency`: said by refunds that do not say what the order was worth. */
  readonly refunded?: number;
  /** The platform's id of that refund: several events may tell of one. Without `refunded` it came to nothing. */
  readonly refundId?: string;
  /** ISO 4217, upper case. */
  readonly currency: string | null;
  readonly email: string | null;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly phone: string | null;
  /** BCP 47, as `de` or `pt-BR`. */
  readonly language: string | null;
  readonly locationId: string | null;
  readonly staffId: string | null;
  /** To marketing: an explicit yes or no. */
  readonly consent: boolean | null;
  readonly createdAt: Instant | null;
  readonly updatedAt: Instant | null;
  /** Grows with each change of the order, where the platform counts or dates them; tells an older event from a newer one. */
  readonly version: number | null;
  readonly items: readonly { name: string | null; sku: string | null; quantity: number }[];
  readonly tags: readonly string[];
}
export type OrderStatus =
  "open" | "paid" | "fulfilled" | "delivered" | "completed" | "cancelled" | "refunded" | "partlyRefunded";

/** What an event says about the person and the booking. */
export interface BookingReading {
  readonly kind: "booking";
  readonly id: string;
  readonly aliases: readonly string[];
  /** The id of the booking that this one takes the place of, where the platform gives a moved booking a new id. */
  readonly replaces: string | null;
  readonly status: BookingStatus | null;
  readonly service: string | null;
  readonly startsAt: Instant | null;
  readonly endsAt: Instant | null;
  /** The customer's, IANA. */
  readonly timeZone: string | null;
  readonly email: string | null;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly phone: string | null;
  readonly language: string | null;
  readonly locationId: string | null;
  readonly staffId: string | null;
  readonly staffEmail: string | null;
  readonly consent: boolean | null;
  readonly createdAt: Instant | null;
  readonly updatedAt: Instant | null;
  readonly version: number | null;
}
export type BookingStatus = "requested" | "booked" | "cancelled" | "noShow" | "ended";

export type Reading = OrderReading | BookingReading;

/** A request of the platform's for the people whose data it has handed on. */
export interface PrivacyRequest {
  /** Addresses of people to forget. */
  readonly emails: readonly string[];
  /** Orders and bookings whose people are to be forgotten, as `order:1001`. */
  readonly entities: readonly string[];
  /** What is left for a person to do, in a sentence that names nobody. */
  readonly note: string | null;
}

/** What a connector may use to call a platform back. The runtime knows where it is and who we are there, and bounds time, size and rate. */
export interface PlatformHttp {
  /**
   * The body of a 2xx answer, read as the webhooks are. `path` begins with `/`, or is an absolute URL of which only path and query are
   * used. Throws `Gone` at 404 and 410; other failures are the runtime's to handle.
   */
  get(path: string): Promise<Json>;
}

/** Where a platform's API is and what opens it. */
export interface PlatformAccess {
  /** The origin. */
  readonly baseUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Calls a second that the platform allows one client. */
  readonly perSecond: number;
}

/**
 * Speaks one outside platform's webhook protocol: proves who sent a request and reads it as events. All but `fetch` is pure: the same
 * request gives the same answer, today and at a replay.
 */
export interface Connector {
  /**
   * Throws `Unauthorized` when the request does not prove its sender. Looks at the bytes, never at what they mean. Each of the source's
   * secrets may match; comparing takes the same time for all.
   */
  verify(request: WebhookRequest): void;
  /**
   * Reads a request that was verified, or the kept headers and body of an event. Throws `Malformed` when it cannot be read. None for
   * what is no event, several for batched posts.
   */
  receive(request: WebhookRequest): readonly InboundEvent[];
  /** Answers pings and challenges that are no events and are not signed; `undefined` for everything else. Asked before `verify`. */
  handshake?(request: WebhookRequest): WebhookAnswer | undefined;
  /** The methods other than POST that a delivery or a handshake may come by, in upper case. */
  readonly methods?: readonly string[];
  /** Completes an event whose webhook does not carry what is read from it. Answers the event as it is when nothing is missing. */
  fetch?(event: InboundEvent, http: PlatformHttp): Promise<InboundEvent>;
  /** Asks the platform for a booking again, when it should have ended. */
  again?(booking: BookingReading, http: PlatformHttp): Promise<BookingReading>;
  readonly api?: PlatformAccess | undefined;
  /** The order or booking that the event is about; `undefined` when it is about none. */
  reading?(event: InboundEvent): Reading | undefined;
  /** What a topic for people's rights over their data asks for; `undefined` for every other event. */
  privacy?(event: InboundEvent): PrivacyRequest | undefined;
  /** The headers that a request with this body gets so that `verify` accepts it: for trying a source out. */
  sign(body: Uint8Array, headers: Readonly<Record<string, string>>, now: Instant): Record<string, string>;
}

import type { Instant, Json } from "./model.js";

/** A webhook request as it came: header names in lower case with one value each, the body as its exact bytes. */
export interface WebhookRequest {
  readonly method: string;
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

/** An authenticated message from a platform. `id` is the same for every delivery of one event. */
export interface InboundEvent {
  id: string;
  type: string;
  occurredAt: Instant | null;
  payload: Json;
}

/** What a connector may use to call a platform back: bounded in time, size and rate by the runtime. */
export interface PlatformHttp {
  get(path: string, headers?: Record<string, string>): Promise<{ status: number; body: Json }>;
}

/** Speaks one outside platform's webhook protocol: proves who sent a request and reads it as events. */
export interface Connector {
  /**
   * Pure. Throws `Unauthorized` when the request does not prove its sender and `Malformed` when it is proven and cannot be read.
   * Several events for batched posts. Must not look at the body before it is verified.
   */
  receive(request: WebhookRequest): InboundEvent[];
  /** Answers pings and challenges that are no events; `undefined` for everything else. */
  handshake?(request: WebhookRequest): WebhookAnswer | undefined;
  /** Fills in an event whose webhook carries only an id. */
  fetch?(event: InboundEvent, http: PlatformHttp): Promise<InboundEvent>;
}

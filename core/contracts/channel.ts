import type { Duration, Instant } from "./model.js";

/** A mailbox. `name` is plain text; the channel encodes it. */
export interface Address {
  email: string;
  name?: string;
}

/**
 * One message for one person, rendered and ready. The runtime guarantees: no control characters in `subject`, names, or headers, and
 * header names from a short allow-list (`List-…`, `X-…`).
 */
export interface Message {
  organization: string;
  sendingId: string;
  attemptId: string;
  stepId: string;
  /** The key of the sequence: what a provider may group by. */
  category: string;
  to: Address;
  /** Overrides the channel's own sender. */
  from?: Address;
  replyTo?: Address;
  subject: string;
  text: string;
  html?: string;
  headers: Record<string, string>;
}

/**
 * How a call ended.
 * - `accepted`: the provider took the message. `providerId` is its own id for it.
 * - `rejected`: it never will, for this message. `reason` is the provider's words, without secrets or addresses of the process.
 * - `deferred`: certainly not taken, try again: at `retryAt`, or when `limit` allows it, else after the runtime's back-off. With `pause`
 *   the whole channel is to stop until a person resumes it or, when `probeAt` is given, until one probe succeeds then.
 * - `uncertain`: it may or may not have been taken; nobody knows.
 * Any of them may carry the provider's word on how much more it takes: the runtime then begins no more calls of this channel than that.
 */
export type Outcome = { limit?: Limit } & (
  | { status: "accepted"; providerId: string | null }
  | { status: "rejected"; reason: string }
  | { status: "deferred"; reason: string; retryAt?: Instant; pause?: { probeAt?: Instant } }
  | { status: "uncertain"; reason: string }
);

/**
 * A rate limit in the provider's words: so many more calls until `resetAt`. Without `resetAt` it takes none for now and did not say for
 * how long: the runtime's back-off decides.
 */
export type Limit = { remaining: number; resetAt: Instant } | { remaining: 0; resetAt?: undefined };

/** Hands one message to one provider. One object serves the whole process; calls run side by side. */
export interface Channel {
  /** What it is, as in `use:` of the configuration: `outbox`, `sendgrid`. */
  readonly use: string;
  /** How many messages may be in flight at once. */
  readonly concurrency: number;
  /** A call that has not answered by then is over: the longest that `send` takes. */
  readonly timeout: Duration;
  /** Loads what the first message would have to wait for. May be called once, when the rest of the process has started. */
  warm?(): Promise<void>;
  /**
   * Never rejects, and always answers within `timeout` or soon after `signal` aborts: a call that is cut after its bytes may have
   * left is `uncertain`, one cut before is `deferred`. It makes at most one provider call per invocation: the ledger counts on it.
   */
  send(message: Message, signal: AbortSignal): Promise<Outcome>;
  /** Gives back sockets and the like. Called once, after the last `send` has answered. */
  close(): Promise<void>;
}

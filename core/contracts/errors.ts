import type { Json, JsonObject } from "./model.js";

/** A request that does not prove who sent it. */
export class Unauthorized extends Error {
  override readonly name = "Unauthorized";
  constructor(readonly reason: "missing_signature" | "bad_signature" | "stale") {
    super(`The request does not prove its sender: ${reason}`);
  }
}

/** A request that is proven but cannot be read. */
export class Malformed extends Error {
  override readonly name = "Malformed";
}

/** What a platform was asked for is not there (any more). */
export class Gone extends Error {
  override readonly name = "Gone";
}

/** A platform that cannot be asked now: away, too slow, or asked too often. Asking again may help, not before `retryAt`. */
export class PlatformAway extends Error {
  override readonly name = "PlatformAway";
  constructor(
    message: string,
    /** Milliseconds since the epoch; `null`: the platform did not say. */
    readonly retryAt: number | null,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** A platform that refuses us: a person has to look after our credentials there. */
export class PlatformRefused extends Error {
  override readonly name = "PlatformRefused";
}

/** A value that an event must give and does not. The event is kept, and can be replayed with another mapping. */
export class MappingFailed extends Error {
  override readonly name = "MappingFailed";
}

/** The store cannot answer now: locked, full, or away. Nothing was written; the same call may be made again. */
export class StoreUnavailable extends Error {
  override readonly name: string = "StoreUnavailable";
}

/** What the store holds is damaged, and a person has to restore it: nothing is answered from it, and nothing written to it, until then. */
export class StoreDamaged extends StoreUnavailable {
  override readonly name = "StoreDamaged";
}

export type RefusalCode =
  | "VALIDATION_ERROR"
  | "NOT_FOUND"
  | "CONFLICT"
  | "SEQUENCE_NOT_ACTIVE"
  | "SEQUENCE_EMPTY"
  | "NO_ELIGIBLE_CONTACTS"
  | "UNKNOWN_LOCATION"
  | "UNKNOWN_EMPLOYEE"
  | "ENTITY_REQUIRED"
  | "IDEMPOTENCY_KEY_REUSED";

/** A call that the runtime understands and does not carry out. Nothing was written. Mapped to HTTP in one file. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  constructor(
    readonly code: RefusalCode,
    message: string,
    readonly details?: JsonObject,
  ) {
    super(message);
  }
}

/** One bad field of a call: `path` in dots and brackets, as `contacts[0].email`. */
export interface FieldProblem {
  path: string;
  message: string;
}

/** A refusal that lists the bad fields. */
export function invalid(fields: FieldProblem[], message = "The request is not valid"): Refusal {
  return new Refusal("VALIDATION_ERROR", message, { fields: fields as unknown as Json });
}

import type { Execution, JsonObject, Position, Purpose, SequenceDefinition } from "./model.js";
import type { ContactFields, Verdict } from "./rules.js";

/** One person of an execute call, one per address. */
export interface PlannedPerson {
  /** The id that the contact gets when it is new. */
  contactId: string;
  sendingId: string;
  email: string;
  fields: ContactFields;
  locationId: string | null;
  employeeId: string | null;
  context: JsonObject;
}

/** An execute call that has been read: all that one transaction needs. */
export interface AcceptPlan {
  execution: Omit<Execution, "status" | "contactsProcessed" | "sendingsCreated">;
  purpose: Purpose;
  reentry: SequenceDefinition["reentry"];
  /** Where every new sending stands. */
  start: Position;
  people: readonly PlannedPerson[];
  /** Keeps the answer under this key, in the same transaction. */
  idempotency?: { key: string; fingerprint: string };
  /** Answers what would happen and writes nothing. */
  dryRun: boolean;
  /** The body to keep and to answer, from the outcomes in the order of `people`. Pure. */
  answer(outcomes: readonly PersonOutcome[]): string;
}

/** `contactId` is `null` when nothing was written and the contact did not exist before; `sendingId` only when `queued`. */
export type PersonOutcome = Verdict & { contactId: string | null; sendingId: string | null };

/** How a store answers a plan. */
export type Accepted =
  | { kind: "accepted"; body: string }
  /** The same call was accepted before: its answer, byte for byte. */
  | { kind: "replayed"; body: string }
  /** The key belongs to another call. */
  | { kind: "reused" }
  /** Nobody is eligible. Nothing was written. */
  | { kind: "refused"; outcomes: PersonOutcome[] };

import type { Execution, Instant, JsonObject, Sending } from "./model.js";
import type { ContactFields } from "./rules.js";

/**
 * What the runtime can be told to do, by HTTP, by the command line, by a plugin. All of them change the store first and then set the
 * alarms that follow. Refusals are thrown as `Refusal`.
 */
export interface Verbs {
  execute(call: ExecuteCall): Promise<ExecuteAnswer>;
  /** A `held` or `failed` sending tries its step again. */
  retry(organization: string, sendingId: string): Promise<Sending>;
  /** A `held` or `failed` sending goes on with the next step. */
  skip(organization: string, sendingId: string): Promise<Sending>;
  cancelSending(organization: string, sendingId: string): Promise<Sending>;
  cancelExecution(organization: string, executionId: string): Promise<Execution>;
  /** Sendings that were parked on the channel go on. Unknown names are refused. */
  resumeChannel(name: string): Promise<void>;
}

/** `contacts[].email` and phones as they were given; addresses are judged one by one, the rest has been validated. */
export interface ExecuteCall {
  organization: string;
  /** UUID or key. */
  sequence: string;
  contacts: readonly ExecuteContact[];
  locationId?: string | undefined;
  employeeId?: string | undefined;
  context?: JsonObject | undefined;
  scheduledAt?: Instant | undefined;
  dryRun?: boolean | undefined;
  /** `api`, `cli` or the name of a source. */
  source: string;
  /** `fingerprint` is asked with the sequence's UUID, however the call named it. */
  idempotency?: { key: string; fingerprint(sequenceId: string): string } | undefined;
}

export interface ExecuteContact extends ContactFields {
  email: string;
  locationId?: string | undefined;
  employeeId?: string | undefined;
  context?: JsonObject | undefined;
}

/** `body` is the JSON text of the whole answer, `{"data":…}`, the same bytes at every replay. */
export interface ExecuteAnswer {
  body: string;
  replayed: boolean;
}

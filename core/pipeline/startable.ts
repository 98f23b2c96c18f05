import { Refusal } from "../contracts/errors.js";
import type { Sequence } from "../contracts/model.js";
import type { RunnableSequence, Sequences } from "../contracts/step.js";

/** The newest version, when the sequence may start people now, about `entity` or about nothing. Throws `Refusal`. */
export async function startable(
  sequences: Sequences,
  { id, status, version }: Sequence,
  entity: string | null,
): Promise<RunnableSequence> {
  if (status !== "active") {
    throw new Refusal("SEQUENCE_NOT_ACTIVE", `The sequence is ${status}; only an active one starts anybody`, {
      status,
    });
  }
  const runnable = await sequences.runnable(id, version);
  if (runnable.steps.length === 0) throw new Refusal("SEQUENCE_EMPTY", "The sequence has no steps");
  if (runnable.needsEntity && entity === null) {
    throw new Refusal(
      "ENTITY_REQUIRED",
      "The sequence waits for times of an order or a booking, and this call is about none; only a source can start it",
    );
  }
  return runnable;
}

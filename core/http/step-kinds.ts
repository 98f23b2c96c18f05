import type { Sending } from "../contracts/model.js";
import type { SequenceShelf } from "../contracts/store.js";

const MOST_KEPT = 1_000;

/** The type of the step where a sending stands, `null` when it stands at none. Stored versions never change, so they are read once. */
export function stepKinds(shelf: SequenceShelf): (sending: Sending) => Promise<string | null> {
  const kept = new Map<string, readonly string[]>();

  return async ({ sequenceId, sequenceVersion, stepIndex }) => {
    const key = `${sequenceId}:${sequenceVersion}`;
    let types = kept.get(key);
    if (!types) {
      const version = await shelf.version(sequenceId, sequenceVersion);
      types = version?.definition.steps.map(({ type }) => type) ?? [];
      if (kept.size >= MOST_KEPT) kept.clear();
      kept.set(key, types);
    }
    return types[stepIndex] ?? null;
  };
}

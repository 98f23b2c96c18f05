import type { SequenceVersion } from "../contracts/model.js";
import type { Letters, RunnableSequence, Sequences, StepHome, StepType } from "../contracts/step.js";
import type { Store } from "../contracts/store.js";
import type { Expressions } from "../expressions/expressions.js";
import { condition } from "./condition.js";
import { stepTypes } from "./step-types.js";
import { timesOf } from "./times.js";
import { stepValues, type StepWorld } from "./values.js";

/** Versions that are kept ready at once. A version in use is some hundred kilobytes at most. */
const KEPT = 200;

export interface SequenceLibraryParts extends StepWorld {
  readonly store: { readonly sequences: Pick<Store["sequences"], "byId" | "version"> };
  readonly expressions: Expressions;
  readonly letters: Letters;
  /** Default: all that are built. */
  readonly types?: ReadonlyMap<string, StepType>;
  /** How many versions are kept ready; the one not asked for the longest goes first. */
  readonly kept?: number;
}

/** Finds the stored sequences and makes each version ready once. */
export function sequenceLibrary(parts: SequenceLibraryParts): Sequences {
  const { store, kept = KEPT } = parts;
  const ready = new Map<string, Promise<RunnableSequence>>();

  return {
    runnable(sequenceId, version) {
      const key = `${sequenceId}@${version}`;
      const found = ready.get(key);
      const sequence = found ?? load(parts, sequenceId, version);
      // A map keeps the order of insertion: what is asked for moves to the end.
      ready.delete(key);
      ready.set(key, sequence);
      if (found) return found;
      sequence.catch(() => ready.delete(key));
      const oldest = ready.keys().next();
      if (ready.size > kept && !oldest.done) ready.delete(oldest.value);
      return sequence;
    },
    async status(sequenceId) {
      const sequence = await store.sequences.byId(sequenceId);
      if (!sequence) throw new Error(`There is no sequence ${sequenceId}`);
      return sequence.status;
    },
  };
}

async function load(parts: SequenceLibraryParts, sequenceId: string, version: number): Promise<RunnableSequence> {
  const { sequences } = parts.store;
  const [sequence, stored] = await Promise.all([sequences.byId(sequenceId), sequences.version(sequenceId, version)]);
  if (!sequence || !stored) throw new Error(`Version ${version} of the sequence ${sequenceId} was never published`);
  const { id, key, name, organization } = sequence;
  return runnable(parts, { id, key, name, version, organization, purpose: stored.definition.purpose }, stored);
}

function runnable(parts: SequenceLibraryParts, home: StepHome, { definition }: SequenceVersion): RunnableSequence {
  const { types = stepTypes, expressions, letters } = parts;
  const values = stepValues(parts, home);
  const times = timesOf(expressions, values);
  let needsEntity = false;
  const steps = definition.steps.map((step) => {
    const type = types.get(step.type);
    if (!type) throw new Error(`The step ${step.id} of ${home.key} is of the type ${step.type}, which is unknown here`);
    needsEntity ||= type.needsEntity?.(step.settings) ?? false;
    return {
      id: step.id,
      type: step.type,
      delay: step.delay,
      applies: condition(step.when, expressions, values),
      begin: type.prepare(step, home, values, letters, times),
    };
  });
  const { id, key, version, purpose } = home;
  const { reentry, exitWhen = [] } = definition;
  return { id, key, version, purpose, reentry, needsEntity, exitWhen, steps };
}

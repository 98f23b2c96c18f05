import type { LedgerView } from "./ledger.js";

/** More calls than so many times the necessary ones are a retry storm. */
const most = 1.5;

/** What one weather took. */
export interface Effort {
  sendings: number;
  attempts: number;
  /** Calls that it takes when each is made only once it can succeed: one a step that was reached, and one more for a doubt that may be retried. */
  ideal: number;
  doubts: number;
  held: number;
}

/** The effort of each weather; the people of one have its name before theirs. */
export function efforts({ sendings, attempts, contacts }: LedgerView): Map<string, Effort> {
  const bySending = Map.groupBy(attempts, ({ sending_id }) => sending_id);
  const all = new Map<string, Effort>();
  for (const { id, contact_id, state, policy } of sendings) {
    const name = /^(.+)-\d+-\d+@/.exec(contacts.get(contact_id) ?? "")?.[1] ?? "?";
    const effort = all.get(name) ?? { sendings: 0, attempts: 0, ideal: 0, doubts: 0, held: 0 };
    all.set(name, effort);
    effort.sendings++;
    if (state === "held") effort.held++;
    for (const tries of Map.groupBy(bySending.get(id) ?? [], ({ step_id }) => step_id).values()) {
      const doubts = tries.filter((attempt) => attempt.state === "uncertain").length;
      effort.attempts += tries.length;
      effort.doubts += doubts;
      effort.ideal += policy === "retry" && doubts > 0 ? 2 : 1;
    }
  }
  return all;
}

/** Sentences on weathers in which too many calls were made. */
export function storms(all: ReadonlyMap<string, Effort>): string[] {
  return [...all]
    .filter(([, { attempts, ideal }]) => attempts > most * ideal)
    .map(([name, { attempts, ideal }]) => `a retry storm in ${name}: ${attempts} calls where ${ideal} would do`);
}

import { Failure } from "../failure.js";
import { ask, type Answer, type Ask } from "./client.js";
import { passing, waitAfter } from "./patience.js";
import type { FindTarget } from "./target.js";

/** What a caller needs of the world; tests bring their own. */
export interface Pace {
  /** Resolves after so many milliseconds, or at once when the run is to stop. */
  wait(milliseconds: number): Promise<void>;
  /** In [0, 1). */
  chance(): number;
  /** Whether the run is to stop. */
  stopped(): boolean;
  /** Told once per ask that has to wait, why. */
  waiting(why: string): void;
}

export type Settled = Extract<Answer, { status: number }>;

/** Asks until there is an answer that waiting does not change; `undefined` when the run was stopped before. */
export type Caller = (what: Ask) => Promise<Settled | undefined>;

/** Patient with a server that is away, busy or rate limited. Throws a `Failure` when its patience ends. */
export function createCaller(find: FindTarget, pace: Pace): Caller {
  return async (what) => {
    let failures = 0;
    for (let asked = 1; ; asked++) {
      const target = find();
      const answer: Answer = target ? await ask(target, what) : { status: null, reason: "it is not running" };
      if (answer.status !== null && !passing(answer)) return answer;
      if (answer.status !== 429 || answer.retryAfter === null) failures++;
      const wait = waitAfter(answer, failures, pace.chance());
      if (wait === undefined) {
        throw new Failure(
          `The server does not answer (${reasonOf(answer)})`,
          "Run the same command again when it does: nothing is repeated.",
        );
      }
      if (asked === 1) pace.waiting(`The server cannot take this now (${reasonOf(answer)}); trying again.`);
      await pace.wait(wait);
      if (pace.stopped()) return undefined;
    }
  };
}

function reasonOf(answer: Answer): string {
  return answer.status === null ? answer.reason : `HTTP ${answer.status}`;
}

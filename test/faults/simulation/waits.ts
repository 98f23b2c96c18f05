import type { Duration } from "../../../core/contracts/model.js";
import { messageSteps, waitBetween, type SendingStory, type Testimony } from "./testimony.js";

/** The time between the last call of a step that sends and the first call of the next one. */
interface Gap {
  name: string;
  /** What the sequence says. */
  wait: Duration;
  /** What has passed. */
  elapsed: Duration;
  /** How far the clock was put forward meanwhile, and how far back. */
  forward: Duration;
  back: Duration;
  endedAt: Duration;
}

/** Nobody gets the next message before the time between two steps is over, as far as the clock was not put forward meanwhile. */
export function haste(testimony: Testimony): string[] {
  return gapsOf(testimony)
    .filter(({ wait, elapsed, forward }) => elapsed + forward < wait)
    .map(({ name, wait, elapsed, forward }) => `I3: ${name} had ${elapsed} + ${forward} ms, not ${wait}`);
}

/** Until `end`, and with nothing else in the way, nobody waits longer than the clock was put back meanwhile. */
export function tardiness(testimony: Testimony, end: Duration): string[] {
  return gapsOf(testimony)
    .filter(({ wait, elapsed, back, endedAt }) => endedAt <= end && elapsed > wait + back)
    .map(({ name, wait, elapsed, back }) => `I5: ${name} took ${elapsed} ms, not ${wait} + ${back}`);
}

function gapsOf({ sendings, time }: Testimony): Gap[] {
  return sendings.flatMap(({ sending, sequence, calls }: SendingStory) => {
    const steps = messageSteps(sequence).filter(({ id }) => calls.some(({ stepId }) => stepId === id));
    return steps.slice(1).map((to, index): Gap => {
      const from = steps[index]!;
      const last = calls.findLast(({ stepId }) => stepId === from.id)!;
      const first = calls.find(({ stepId }) => stepId === to.id)!;
      return {
        name: `${sending.id} (${sequence.key}) from ${from.id} to ${to.id}`,
        wait: waitBetween(sequence, from.index, to.index),
        elapsed: first.at - last.at,
        forward: time.jumped(1, last.jumps, first.jumps),
        back: time.jumped(-1, last.jumps, first.jumps),
        endedAt: first.at,
      };
    });
  });
}

import { messageSteps, waitBetween, type SendingStory, type Testimony } from "./testimony.js";

/** Nobody gets the next message before the time between two steps is over, as far as the clock was not put forward meanwhile. */
export function haste({ sendings, time }: Testimony): string[] {
  return sendings.flatMap((story) => {
    const { sending, sequence } = story;
    return gaps(story).flatMap(({ from, to, since, elapsed }) => {
      const wait = waitBetween(sequence, from.index, to.index);
      const forward = time.jumped(1, since);
      return elapsed + forward >= wait
        ? []
        : [
            `I3: ${sending.id} (${sequence.key}) had ${elapsed} + ${forward} ms between ${from.id} and ${to.id}, not ${wait}`,
          ];
    });
  });
}

/** From the last call of each step that sends to the first call of the next one. */
function gaps({ sequence, calls }: SendingStory) {
  const steps = messageSteps(sequence).filter(({ id }) => calls.some(({ stepId }) => stepId === id));
  return steps.slice(1).map((to, index) => {
    const from = steps[index]!;
    const since = calls.findLast(({ stepId }) => stepId === from.id)!.at;
    return { from, to, since, elapsed: calls.find(({ stepId }) => stepId === to.id)!.at - since };
  });
}

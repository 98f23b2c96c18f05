/** Takes so many calls in each period of the clock, tells what remains in the headers of every answer, and answers 429 to the others. */
export interface Limited {
  do: "limited";
  calls: number;
  everySeconds: number;
}

/** Counts a call: whether it is one too many, and what the answer's headers say. */
export function limiter(
  { calls, everySeconds }: Limited,
  now: () => number = Date.now,
): () => { isOver: boolean; headers: Record<string, string> } {
  let [period, made] = [0, 0];
  return () => {
    const current = Math.floor(now() / 1000 / everySeconds);
    if (current !== period) [period, made] = [current, 0];
    made++;
    return {
      isOver: made > calls,
      headers: {
        "x-ratelimit-limit": `${calls}`,
        "x-ratelimit-remaining": `${Math.max(0, calls - made)}`,
        "x-ratelimit-reset": `${(period + 1) * everySeconds}`,
      },
    };
  };
}

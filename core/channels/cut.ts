import type { Clock } from "../contracts/clock.js";
import type { Duration } from "../contracts/model.js";

/** What ended a call before its answer: its own time was up, or the caller gave up on it. */
export type Cut = "timeout" | "aborted";

/** Calls `cut` once, when `timeout` has passed or `signal` aborts, whichever comes first, unless the function it answers is called before. */
export function cutAfter(clock: Clock, timeout: Duration, signal: AbortSignal, cut: (why: Cut) => void): () => void {
  const over = new AbortController();
  const disarm = (): void => {
    signal.removeEventListener("abort", onAbort);
    // A reason of our own spares the making of a DOMException for each call.
    over.abort("over");
  };
  const onAbort = (): void => {
    disarm();
    cut("aborted");
  };
  signal.addEventListener("abort", onAbort);
  void clock.wait(timeout, over.signal).then(() => {
    if (over.signal.aborted) return;
    disarm();
    cut("timeout");
  });
  return disarm;
}

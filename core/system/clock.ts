import type { Clock } from "../contracts/clock.js";

/** The machine's own time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  wait: (duration, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const timer = setTimeout(done, duration);
      signal?.addEventListener("abort", done, { once: true });
      function done(): void {
        clearTimeout(timer);
        signal?.removeEventListener("abort", done);
        resolve();
      }
    }),
};

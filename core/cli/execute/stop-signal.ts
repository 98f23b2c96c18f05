import { exit } from "../failure.js";
import type { Shell } from "../shell.js";

/** Turns the first SIGINT into an abort, and the second into the end of the process, until `over`. */
export function stopSignal({ alarms, exit: end }: Pick<Shell, "alarms" | "exit">): {
  signal: AbortSignal;
  over(): void;
} {
  const controller = new AbortController();
  const listener = () => {
    if (controller.signal.aborted) end(exit.interrupted);
    controller.abort();
  };
  alarms.on("SIGINT", listener);
  return { signal: controller.signal, over: () => void alarms.off("SIGINT", listener) };
}

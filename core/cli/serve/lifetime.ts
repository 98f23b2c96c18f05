import type { Alarms } from "../shell.js";

const SIGNALS = ["SIGTERM", "SIGINT"];
/** npm passes on a Ctrl-C that the terminal has sent to everybody: the same signal so soon again, in milliseconds, is no second one. */
const ECHO = 300;
const DEFECTS = ["uncaughtException", "unhandledRejection"];

/** Why a server is to stop: it was asked to, or something failed that nobody caught. */
export type End = "asked" | "defect";

/** What is told while the server lives: a second signal, and every failure that nobody caught. */
export interface Witness {
  insisted(): void;
  defect(kind: string, error: Error): void;
}

/** Listens for the end of a server from now on, until `over`. The first signal or defect is what `ended` resolves with. */
export function lifetime(alarms: Alarms, witness: Witness): { ended: Promise<End>; over(): void } {
  const listeners = new Map<string, (reason: unknown) => void>();
  const ended = new Promise<End>((resolve) => {
    let asked = false;
    let echo: string | undefined;
    for (const signal of SIGNALS) {
      listeners.set(signal, () => {
        if (signal === echo) return;
        if (asked) witness.insisted();
        [asked, echo] = [true, signal];
        setTimeout(() => (echo = undefined), ECHO).unref();
        resolve("asked");
      });
    }
    for (const kind of DEFECTS) {
      listeners.set(kind, (reason) => {
        witness.defect(kind, reason instanceof Error ? reason : new Error("Something that is no error was thrown"));
        resolve("defect");
      });
    }
  });
  for (const [name, listener] of listeners) alarms.on(name, listener);
  return {
    ended,
    over: () => {
      for (const [name, listener] of listeners) alarms.off(name, listener);
    },
  };
}

import type { Sink } from "../shell.js";

const WIDTH = 30;

/** A bar that is drawn over itself on a terminal, and nothing anywhere else. */
export interface Progress {
  show(done: number): void;
  /** Takes the bar away, so that other lines can be written. */
  clear(): void;
}

/** A bar for `total` contacts. */
export function createProgress(sink: Sink, total: number): Progress {
  if (!sink.isTTY) return { show: () => undefined, clear: () => undefined };
  return {
    show: (done) => {
      const filled = Math.round((done / total) * WIDTH);
      sink.write(`\r[${"#".repeat(filled)}${" ".repeat(WIDTH - filled)}] ${done}/${total}`);
    },
    clear: () => void sink.write("\r\u001b[K"),
  };
}

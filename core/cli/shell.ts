/** A stream that text is written to; `columns` is the width of a terminal. */
export interface Sink {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

/** Where signals and last-resort errors arrive; a Node.js process is one. */
export interface Alarms {
  on(name: string, listener: (reason: unknown) => void): unknown;
  off(name: string, listener: (reason: unknown) => void): unknown;
}

/** All that a command may touch of the process that it runs in. */
export interface Shell {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly stdin: AsyncIterable<Uint8Array | string>;
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly alarms: Alarms;
  /** Ends the process at once, whatever is under way. */
  exit(code: number): void;
}

/** The shell of this process. A reader that goes away, as `| head` does, ends it quietly. */
export function processShell(): Shell {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
      process.exit();
    });
  }
  return {
    args: process.argv.slice(2),
    env: process.env,
    cwd: process.cwd(),
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    alarms: process,
    exit: (code) => process.exit(code),
  };
}

/** Ends this process when everything has been written. */
export async function finish(code: number): Promise<never> {
  await Promise.all(
    [process.stdout, process.stderr].map((stream) => new Promise((resolve) => stream.write("", resolve))),
  );
  process.exit(code);
}

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../../../core/bundled/furrow.js", import.meta.url));

/** A server in a process of its own, and what it has said. */
export interface Serving {
  out(): string;
  err(): string;
  /** Sends the signal and waits for the exit code. */
  ended(signal: NodeJS.Signals): Promise<number | null>;
}

/** Starts the server of a folder and waits until it listens. `program`: another one than that of this clone. */
export async function serving(
  test: { teardown(end: () => void): void },
  cwd: string,
  { program = main, env = process.env }: { program?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<Serving> {
  const child: ChildProcess = spawn(process.execPath, [program, "serve", "--quickstart"], {
    cwd,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  test.teardown(() => void child.kill("SIGKILL"));
  let [out, err] = ["", ""];
  child.stdout?.on("data", (part) => (out += String(part)));
  child.stderr?.on("data", (part) => (err += String(part)));
  const closed = once(child, "close") as Promise<[number | null]>;
  await until(
    async () => out,
    (text) => text.includes("\n") || child.exitCode !== null,
  );
  return {
    out: () => out,
    err: () => err,
    async ended(signal) {
      child.kill(signal);
      return (await closed)[0];
    },
  };
}

/** Looks again and again until there is enough to see. */
export async function until<T>(look: () => Promise<T>, enough: (value: T) => boolean): Promise<T> {
  for (let value = await look(); ; value = await look()) {
    if (enough(value)) return value;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

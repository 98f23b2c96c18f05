import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { resolve } from "node:path";

const main = resolve("dist/core/bundled/furrow.js");
const readyWithin = 20_000;

export interface ServerOptions {
  /** Arguments of `serve`. */
  args?: readonly string[];
  /** Modules that it loads before the program, and what they read of the environment. */
  imports?: readonly string[];
  env?: Readonly<Record<string, string>>;
  /** Milliseconds that it may take to become ready. */
  within?: number;
}

/** The real program as a process of its own. */
export class ServerProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
    /** Milliseconds from the start of the process to its ready line. */
    readonly readyAfter: number,
    private readonly stderr: string[],
  ) {}

  /** Starts `furrow serve` and waits for its ready line. Rejects with what it printed when it ends, or takes too long. */
  static async start(
    config: string,
    { args = [], imports = [], env = {}, within = readyWithin }: ServerOptions = {},
  ): Promise<ServerProcess> {
    const startedAt = performance.now();
    const child = spawn(
      process.execPath,
      [...imports.map((file) => `--import=${file}`), main, "serve", "--config", config, ...args],
      { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...env } },
    );
    const stderr: string[] = [];
    createInterface({ input: child.stderr }).on("line", (line) => stderr.push(line));
    const late = setTimeout(() => child.kill("SIGKILL"), within);
    try {
      for await (const line of createInterface({ input: child.stdout })) {
        const url = /^furrow listening on (http:\/\/\S+)$/.exec(line)?.[1];
        if (url) return new ServerProcess(child, url, performance.now() - startedAt, stderr);
      }
    } finally {
      clearTimeout(late);
    }
    throw new Error(`The server did not become ready:\n${stderr.join("\n")}`);
  }

  /** Starts `furrow serve` and kills it `after` so many milliseconds, mostly before it is ready. */
  static async killEarly(config: string, after: number): Promise<void> {
    const child = spawn(process.execPath, [main, "serve", "--config", config], { stdio: "ignore" });
    const ended = once(child, "exit");
    setTimeout(() => child.kill("SIGKILL"), after);
    await ended;
  }

  /** What it logged so far. */
  get log(): string {
    return this.stderr.join("\n");
  }

  /** Ends it as a power cut would. */
  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null)
      throw new Error(`The server died by itself:\n${this.log}`);
    this.child.kill("SIGKILL");
    await once(this.child, "exit");
  }

  /** Sends it a signal. */
  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  /** Its exit code, once it has ended; `null` when a signal ended it. */
  async ended(): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, "exit");
    return this.child.exitCode;
  }

  /** Ends it if it still runs, whatever state it is in. */
  async end(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill("SIGKILL");
    await once(this.child, "exit");
  }

  /** Ends it as an operator would; answers the exit code. */
  async stop(): Promise<number | null> {
    this.signal("SIGTERM");
    return this.ended();
  }
}

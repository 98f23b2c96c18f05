import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { now } from "./clock.js";
import { cpuOf, peakMemoryOf, rested } from "./process.js";

const readyWithin = 60_000;

export interface ChildOptions {
  /** Arguments for Node.js itself. */
  node?: readonly string[];
  /** Where its stderr goes, as a file. */
  folder: string;
}

/** A Node.js process that is measured from outside. It says on a line of its stdout which URL it listens on. */
export class Child {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
    /** Milliseconds from its start to that line. */
    readonly readyAfter: number,
    private readonly log: string,
  ) {}

  static async start(script: string, args: readonly string[], { node = [], folder }: ChildOptions): Promise<Child> {
    const log = join(folder, "stderr.log");
    const stderr = openSync(log, "a");
    const startedAt = now();
    const child = spawn(process.execPath, [...node, script, ...args], { stdio: ["ignore", "pipe", stderr] });
    closeSync(stderr);
    const late = setTimeout(() => child.kill("SIGKILL"), readyWithin);
    try {
      for await (const line of createInterface({ input: child.stdout as Readable })) {
        const url = /(http:\/\/\S+)$/.exec(line)?.[1];
        if (url !== undefined) return new Child(child, url, now() - startedAt, log);
      }
    } finally {
      clearTimeout(late);
    }
    throw new Error(`${script} did not become ready:\n${lastLines(log)}`);
  }

  /** Microseconds of CPU that it has used so far, in all threads. */
  cpu(): number {
    return cpuOf(this.pid);
  }

  /** The most memory that it has had resident so far, in MiB. */
  peakMemory(): number {
    return peakMemoryOf(this.pid);
  }

  /** Resolves when it has hardly used the CPU for a moment. */
  rest(): Promise<void> {
    return rested(() => this.cpu());
  }

  /** Resolves as `work` does. Rejects with the last lines of its log when that fails, or when it dies first. */
  async outlive<T>(work: Promise<T>): Promise<T> {
    const over = new AbortController();
    const death = once(this.child, "exit", { signal: over.signal }).then(() => {
      throw new Error("The process died by itself");
    });
    try {
      return await Promise.race([work, death]);
    } catch (cause) {
      throw new Error(`${(cause as Error).message}. The end of its log:\n${lastLines(this.log)}`, { cause });
    } finally {
      over.abort();
      await death.catch(() => undefined);
    }
  }

  async stop(): Promise<void> {
    await this.end("SIGTERM");
  }

  async kill(): Promise<void> {
    await this.end("SIGKILL");
  }

  private get pid(): number {
    if (this.child.pid === undefined || this.hasEnded)
      throw new Error(`The process died by itself:\n${lastLines(this.log)}`);
    return this.child.pid;
  }

  private get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    if (this.hasEnded) return;
    const ended = once(this.child, "exit");
    this.child.kill(signal);
    await ended;
  }
}

function lastLines(log: string): string {
  return readFileSync(log, "utf8").split("\n").slice(-20).join("\n");
}

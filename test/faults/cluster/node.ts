import { setTimeout as pause } from "node:timers/promises";
import type { Role } from "../../../core/foundation/foundation.js";
import { note } from "./diary.js";
import { ServerProcess, type ServerOptions } from "../server.js";

/** Milliseconds: for one start, and for as many as it takes. */
const readyWithin = 40_000;
const startsWithin = 90_000;
const betweenStarts = 200;

/** One that ended although nobody had asked it to. */
export interface Fall {
  name: string;
  code: number | null;
  /** The last lines of its log. */
  log: string;
}

/** One machine of a cluster: a process that is started again whenever it ends, as a supervisor would, until it is stopped. */
export class ClusterNode {
  readonly falls: Fall[] = [];
  /** Starts that ended before they were ready. */
  readonly failedStarts: string[] = [];
  /** Milliseconds from start to ready, the slowest. */
  slowestReady = 0;
  private process: ServerProcess | undefined;
  private starting: Promise<void> | undefined;
  private wanted = true;

  private constructor(
    readonly name: string,
    readonly role: Role,
    readonly url: string,
    private readonly config: string,
    private readonly options: ServerOptions,
  ) {}

  static make(
    { name, role }: { name: string; role: Role },
    { file, url }: { file: string; url: string },
    { args = [], ...options }: ServerOptions = {},
  ): ClusterNode {
    return new ClusterNode(name, role, url, file, { within: readyWithin, ...options, args: ["--role", role, ...args] });
  }

  /** Starts a process if none was started, and resolves when one is ready; rejects when none of many tries comes so far. */
  async ready(): Promise<void> {
    await (this.starting ??= this.begin());
  }

  get log(): string {
    return this.process?.log ?? "";
  }

  signal(name: NodeJS.Signals): void {
    this.process?.signal(name);
  }

  /** Ends the process as a power cut would, and starts another. */
  async kill(): Promise<void> {
    const { process } = this;
    this.process = undefined;
    await process?.end();
    this.starting = undefined;
    await this.ready();
  }

  /** Ends it in order, and leaves it so. Answers its exit code and how long it took. */
  async stop(): Promise<{ code: number | null; took: number }> {
    this.wanted = false;
    await this.starting?.catch(() => undefined);
    const from = performance.now();
    const code = (await this.process?.stop()) ?? null;
    return { code, took: performance.now() - from };
  }

  /** Another process, after `stop`. */
  async restart(): Promise<void> {
    this.wanted = true;
    this.starting = undefined;
    await this.ready();
  }

  /** Ends it, whatever state it is in. */
  async end(): Promise<void> {
    this.wanted = false;
    await this.process?.end();
    await this.starting?.catch(() => undefined);
    await this.process?.end();
  }

  private async begin(): Promise<void> {
    const until = performance.now() + startsWithin;
    for (;;) {
      try {
        const process = await ServerProcess.start(this.config, this.options);
        this.process = process;
        this.slowestReady = Math.max(this.slowestReady, process.readyAfter);
        void this.watch(process);
        return;
      } catch (cause) {
        this.failedStarts.push(`${this.name}: ${(cause as Error).message.slice(-1_500)}`);
        if (performance.now() > until || !this.wanted) throw cause;
        await pause(betweenStarts);
      }
    }
  }

  /** Starts another process when this one ends by itself. */
  private async watch(process: ServerProcess): Promise<void> {
    const code = await process.ended();
    note(`${process.log}\n--- ended with ${code}`, this.name);
    if (this.process !== process || !this.wanted) return;
    this.falls.push({ name: this.name, code, log: process.log.slice(-3_000) });
    this.starting = this.begin();
    this.starting.catch(() => undefined);
  }
}

import { Worker } from "node:worker_threads";
import type { Letter, LetterSource, Unfilled } from "../contracts/step.js";
import { LimitReached, TemplateFailure } from "./failure.js";

/** What the worker is asked: plain data. `number` is the letter's own, so that it is read once; `values` are JSON. */
export interface Errand {
  readonly letter: LetterSource & { readonly number: number };
  readonly values: string;
}

/** What the worker says: first that it has read the letter, then how it went. `took` are milliseconds of filling in. */
export type Saying = "read" | Filled | Unfilled;
export interface Filled {
  readonly letter: Letter;
  readonly took: number;
}

/** Milliseconds: for a letter to be read by a thread that may have to start, for it to be filled in, for a thread without work. */
export interface Patience {
  readonly read: number;
  readonly fill: number;
  readonly idle: number;
}

/** The one place that knows where the worker's program is. */
const renderWorker = new URL("./render-worker.js", import.meta.url);

/** LiquidJS counts; this bounds what it does not count. */
const memory = { maxOldGenerationSizeMb: 64 };

const usual: Patience = { read: 5_000, fill: 500, idle: 10_000 };

interface Task {
  readonly errand: Errand;
  readonly answer: (done: Filled | Unfilled) => void;
}

/**
 * Fills in letters one after the other in a thread that is started when there is one, killed when it takes too long or too much, and
 * ended when it has nothing to do. A thread that dies takes with it only the letter that it was filling in.
 */
export class RenderThread {
  started = 0;
  private readonly waiting: Task[] = [];
  private current: Task | undefined;
  private worker: Worker | undefined;
  private alarm: NodeJS.Timeout | undefined;
  private readonly ends = new Set<Promise<unknown>>();
  private closed = false;

  constructor(
    private readonly patience: Patience = usual,
    private readonly program = renderWorker,
  ) {}

  /** Never rejects. */
  fill(errand: Errand): Promise<Filled | Unfilled> {
    return new Promise((answer) => {
      this.waiting.push({ errand, answer });
      if (!this.current) this.next();
    });
  }

  get isRunning(): boolean {
    return this.worker !== undefined;
  }

  async close(): Promise<void> {
    this.closed = true;
    this.end();
    await Promise.all(this.ends);
  }

  private next(): void {
    if (this.closed) return;
    this.current = this.waiting.shift();
    if (this.current) this.post(this.current);
    else if (this.worker) {
      this.worker.unref();
      this.within(this.patience.idle, () => this.end()).unref();
    }
  }

  private post({ errand }: Task): void {
    this.within(this.patience.read, () => this.fail(new LimitReached("time")));
    try {
      const worker = (this.worker ??= this.start());
      worker.ref();
      worker.postMessage(errand);
    } catch {
      this.fail(new TemplateFailure("The thread that fills in templates cannot be started"));
    }
  }

  private start(): Worker {
    this.started++;
    // It needs nothing of the process: neither its environment, where secrets may stand, nor what it was started with.
    const worker = new Worker(this.program, { name: "render", resourceLimits: memory, env: {}, execArgv: [] });
    // What a thread still says after its end is about a letter that was given up.
    const fromThis =
      <T>(handle: (of: T) => void) =>
      (of: T) => {
        if (this.worker === worker) handle(of);
      };
    worker.on(
      "message",
      fromThis((said: Saying) => this.hear(said)),
    );
    worker.on(
      "error",
      fromThis((error: Error) => this.fail(reason(error))),
    );
    worker.on(
      "exit",
      fromThis(() => this.fail(brokeDown())),
    );
    return worker;
  }

  private hear(said: Saying): void {
    if (said === "read") this.within(this.patience.fill, () => this.fail(new LimitReached("time")));
    else this.done(said);
  }

  private fail({ message }: TemplateFailure): void {
    this.end();
    this.done({ unfilled: message });
  }

  private done(how: Filled | Unfilled): void {
    clearTimeout(this.alarm);
    const task = this.current;
    this.next();
    task?.answer(how);
  }

  private end(): void {
    clearTimeout(this.alarm);
    const ending = this.worker?.terminate();
    this.worker = undefined;
    if (!ending) return;
    this.ends.add(ending);
    void ending.finally(() => this.ends.delete(ending));
  }

  private within(time: number, act: () => void): NodeJS.Timeout {
    clearTimeout(this.alarm);
    return (this.alarm = setTimeout(act, time));
  }
}

function reason(error: Error): TemplateFailure {
  if ("code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY") return new LimitReached("memory");
  return brokeDown();
}

function brokeDown(): TemplateFailure {
  return new TemplateFailure("The thread that filled in the template broke down");
}

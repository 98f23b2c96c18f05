import { setTimeout as pause } from "node:timers/promises";
import type { Random } from "./random.js";

/** What a caller knows for certain: a call that was answered 200, and its answer. */
export interface AnsweredCall {
  key: string;
  sequence: string;
  emails: string[];
  body: ExecuteBody;
}
export interface ExecuteBody {
  data: {
    executionId: string;
    sendingsCreated: number;
    results: { email: string; contactId: string; sendingId: string; status: string }[];
  };
}

/** A client that keeps calling, through crashes, each call with its own key until it is answered. */
export class Caller {
  readonly answered: AnsweredCall[] = [];
  /** How often it was told to try again later. */
  putOff = 0;
  /** Tries that were not answered, or with 503; when a second one of the same call was, by `performance.now()`. */
  missed = 0;
  missedAgain = -Infinity;
  /** When a call was answered at last, by the same clock. */
  answeredAt = -Infinity;
  /** Milliseconds from the first try of a call to its answer, at most. */
  slowest = 0;
  private stopped = false;
  private gone = false;
  private calls = 0;

  constructor(
    /** Whom to call, after so many tries of the same call that were not answered. */
    private readonly url: (tries: number) => string,
    private readonly key: string,
    private readonly random: Random,
    private readonly name: string,
    /** Passes between an answer and the next call. */
    private readonly breath: () => Promise<unknown> = () => Promise.resolve(),
    /** Milliseconds that it waits for an answer; 0: for ever. */
    private readonly patience = 0,
  ) {}

  /** Calls until `stop`. Rejects at an answer that is neither 200 nor 503 with `Retry-After`: no fault explains one. */
  async run(): Promise<void> {
    while (!this.stopped) {
      await this.call(this.random.next() < 0.25 ? this.random.between(20, 60) : this.random.between(1, 5));
      await this.breath();
    }
  }

  stop(): void {
    this.stopped = true;
  }

  /** Gives up the call under way as well: nobody will answer it. */
  leave(): void {
    this.stopped = true;
    this.gone = true;
  }

  /** One call for `size` people whom nobody has called for before, again and again until it is answered. */
  async call(size: number): Promise<void> {
    const key = `${this.name}-${++this.calls}`;
    const sequence = this.random.next() < 0.5 ? "retry" : "hold";
    const emails = Array.from({ length: size }, (_, index) => `${key}-${index}@faults.example`);
    const from = performance.now();
    for (let tries = 0; !this.gone; tries++) {
      const body = await this.post(this.url(tries), key, sequence, emails);
      const now = performance.now();
      if (body) {
        this.answered.push({ key, sequence, emails, body });
        this.answeredAt = now;
        this.slowest = Math.max(this.slowest, now - from);
        return;
      }
      this.missed++;
      if (tries > 0) this.missedAgain = now;
      // The server is down or was killed in the middle: only the same call again tells.
      await pause(10);
    }
  }

  private async post(url: string, key: string, sequence: string, emails: string[]): Promise<ExecuteBody | undefined> {
    let answer: Response;
    let text: string;
    try {
      answer = await fetch(`${url}/api/v1/sequences/${sequence}/execute`, {
        method: "POST",
        headers: { "x-api-key": this.key, "content-type": "application/json", "idempotency-key": key },
        body: JSON.stringify({ contacts: emails.map((email) => ({ email, firstName: "Ann" })) }),
        ...(this.patience > 0 && { signal: AbortSignal.timeout(this.patience) }),
      });
      text = await answer.text();
    } catch {
      return undefined;
    }
    if (answer.status === 200) return JSON.parse(text) as ExecuteBody;
    if (answer.status === 503 && answer.headers.has("retry-after")) {
      this.putOff++;
      return undefined;
    }
    throw new Error(`${key} was answered ${answer.status}: ${text}`);
  }
}

import { Agent, get } from "node:http";
import { setTimeout as pause } from "node:timers/promises";

const every = 20;

/** Asks a server again and again whether it lives, as a load balancer would, and how ready it is. */
export class Pulse {
  /** Milliseconds that the slowest answer of `/health/live` took. */
  slowest = 0;
  /** Questions after its life that were not answered 200. */
  missed = 0;
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 1 });
  private readonly over = new AbortController();
  private beating: Promise<void> | undefined;

  constructor(private readonly url: string) {}

  begin(): void {
    this.beating = this.beat();
  }

  async end(): Promise<void> {
    this.over.abort();
    await this.beating;
    this.agent.destroy();
  }

  private async beat(): Promise<void> {
    while (!this.over.signal.aborted) {
      const asked = performance.now();
      const { status } = await ask(`${this.url}/health/live`, this.agent);
      this.slowest = Math.max(this.slowest, performance.now() - asked);
      if (status !== 200) this.missed++;
      await pause(every);
    }
  }
}

/** What a server says of its readiness; `retryAfter` is the header. Status 0: it said nothing. */
export function readiness(url: string): Promise<Health> {
  return ask(`${url}/health/ready`);
}

export interface Health {
  status: number;
  retryAfter: string | undefined;
}

function ask(url: string, agent?: Agent): Promise<Health> {
  return new Promise((resolve) => {
    get(url, agent ? { agent } : {}, (answer) => {
      answer.resume();
      answer.once("close", () =>
        resolve({ status: answer.statusCode ?? 0, retryAfter: answer.headers["retry-after"] }),
      );
    }).once("error", () => resolve({ status: 0, retryAfter: undefined }));
  });
}

/** Waits until `holds`, at most `within` milliseconds; answers how long it took, or `undefined`. */
export async function until(holds: () => boolean | Promise<boolean>, within: number): Promise<number | undefined> {
  const from = performance.now();
  for (;;) {
    if (await holds()) return performance.now() - from;
    if (performance.now() - from > within) return undefined;
    await pause(10);
  }
}

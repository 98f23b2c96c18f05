import { setTimeout as pause } from "node:timers/promises";

const breath = 25;
const lists = ["/sendings?limit=50", "/sendings?status=held&limit=50", "/channels"];

/** Reads the lists of a server again and again, as somebody who looks at a dashboard, and notes how long they take and when. */
export class Watch {
  /** Milliseconds of each answer, in calm and in storm. */
  readonly took: { calm: number[]; storm: number[] } = { calm: [], storm: [] };
  weather: "calm" | "storm" = "calm";
  /** Questions that were not answered 200. */
  missed = 0;
  private over = false;
  private watching: Promise<void> | undefined;

  constructor(
    private readonly url: string,
    private readonly key: string,
  ) {}

  begin(): this {
    this.watching = this.watch();
    return this;
  }

  async end(): Promise<void> {
    this.over = true;
    await this.watching;
  }

  private async watch(): Promise<void> {
    for (let turn = 0; !this.over; turn++) {
      const { weather } = this;
      const from = performance.now();
      if (!(await this.isAnswered(lists[turn % lists.length] ?? ""))) this.missed++;
      this.took[weather].push(performance.now() - from);
      await pause(breath);
    }
  }

  private async isAnswered(path: string): Promise<boolean> {
    try {
      const answer = await fetch(`${this.url}/api/v1${path}`, { headers: { "x-api-key": this.key } });
      await answer.text();
      return answer.status === 200;
    } catch {
      return false;
    }
  }
}

/** The value that so many of a hundred do not exceed; 0 without any. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? 0;
}

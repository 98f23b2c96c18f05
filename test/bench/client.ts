import { setTimeout as pause } from "node:timers/promises";
import { Pool } from "undici";
import { now } from "./clock.js";
import type { Flood } from "./options.js";

/** Far apart enough that no call meets another. */
const interval = 50;

export interface Target {
  url: string;
  path: string;
  headers: Record<string, string>;
}

/** One paced call. Times are of the clock in clock.ts. */
export interface TimedCall {
  email: string;
  calledAt: number;
  answeredAt: number;
}

/** Calls `target` over kept-alive connections, each contact with an address that nobody has had before. */
export class Client {
  private readonly pool: Pool;
  private contacts = 0;

  constructor(
    private readonly target: Target,
    /** Tells the addresses of several clients of one store apart. */
    private readonly name: string,
  ) {
    this.pool = new Pool(target.url, { connections: 16, pipelining: 1 });
  }

  /** All the calls, so many at once. `body` is added to each. Answers when the first began and the last was answered. */
  async flood({ calls, size, parallel }: Flood, body: object = {}): Promise<{ from: number; answeredAt: number }> {
    const from = now();
    let left = calls;
    const caller = async (): Promise<void> => {
      while (left-- > 0) await this.call(this.strangers(size), body);
    };
    await Promise.all(Array.from({ length: parallel }, caller));
    return { from, answeredAt: now() };
  }

  /** Single calls, 20 a second. */
  async pace(seconds: number): Promise<TimedCall[]> {
    const from = now();
    const calls: Promise<TimedCall>[] = [];
    for (let at = from; at < from + seconds * 1000; at += interval) {
      await pause(Math.max(0, at - now()));
      calls.push(this.timedCall());
    }
    return Promise.all(calls);
  }

  close(): Promise<void> {
    return this.pool.close();
  }

  private async timedCall(): Promise<TimedCall> {
    const contacts = this.strangers(1);
    const calledAt = now();
    await this.call(contacts, {});
    return { email: contacts[0]?.email ?? "", calledAt, answeredAt: now() };
  }

  private async call(contacts: object[], more: object): Promise<void> {
    const { path, headers } = this.target;
    const { statusCode, body } = await this.pool.request({
      path,
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify({ contacts, ...more }),
    });
    const text = await body.text();
    if (statusCode !== 200) throw new Error(`${path} answered ${statusCode}: ${text}`);
  }

  private strangers(size: number): { email: string; firstName: string; lastName: string }[] {
    return Array.from({ length: size }, () => ({
      email: `${this.name}-${++this.contacts}@bench.example`,
      firstName: "Ada",
      lastName: "Lovelace",
    }));
  }
}

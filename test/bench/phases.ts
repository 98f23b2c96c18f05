import type { Client } from "./client.js";
import { percentile, type Figures } from "./figures.js";
import type { Flood } from "./options.js";
import type { Measured } from "./process.js";
import type { Provider } from "./provider.js";
import { steps } from "./workspace.js";

/** A system that takes calls and sends mails: its process, and the client that calls it. */
export interface Engine {
  child: Measured;
  client: Client;
  /** What it keeps everything in, when that is a process of its own. */
  database?: Pick<Measured, "cpu">;
}

/** One phase that has ended. Times are of the clock in clock.ts. */
export interface Phase {
  name: string;
  from: number;
  to: number;
  /** How many mails were sent in it, or events taken. */
  count: number;
  of: "mail" | "event";
}

/** How a part that runs the real program is looked at meanwhile. */
export interface Watch {
  /** Arguments for the Node.js that the server runs on. */
  node?: readonly string[];
  onPhase?: (phase: Phase) => void;
}

/** A process that has just started has never run its own code: the calls of so long are not counted. */
const warmUpSeconds = 3;

/** Milliseconds from a call to its first mail and to its answer, after some seconds of the same. */
export async function latency({ child, client }: Engine, provider: Provider, seconds: number): Promise<Figures> {
  await paced(warmUpSeconds);
  const { calls, firstAt } = await paced(seconds);
  const toMail = calls.map(({ email, calledAt }) => (firstAt[email] ?? NaN) - calledAt);
  const toAnswer = calls.map(({ calledAt, answeredAt }) => answeredAt - calledAt);
  return {
    "mail.p50": percentile(toMail, 50),
    "mail.p99": percentile(toMail, 99),
    "answer.p50": percentile(toAnswer, 50),
  };

  async function paced(duration: number) {
    await provider.begin();
    const calls = await client.pace(duration);
    const { firstAt } = await child.outlive(provider.until(calls.length * steps.length));
    await child.rest();
    return { calls, firstAt };
  }
}

/**
 * `accept`: contacts a second until the last call is answered. `mails`: mails a second from the first call to the last mail's arrival.
 * `cpu`: microseconds a mail of the engine's process; `database`: the same of its database. `bytes` of a mail.
 */
export async function throughput(
  { child, client, database }: Engine,
  provider: Provider,
  flood: Flood,
): Promise<Figures> {
  const contacts = flood.calls * flood.size;
  await provider.begin();
  const cpuBefore = child.cpu();
  const databaseBefore = database?.cpu() ?? 0;
  const { from, answeredAt } = await client.flood(flood);
  const { mails, bytes, lastAt } = await child.outlive(provider.until(contacts * steps.length));
  await child.rest();
  return {
    accept: perSecond(contacts, answeredAt - from),
    mails: perSecond(mails, lastAt - from),
    cpu: (child.cpu() - cpuBefore) / mails,
    ...(database ? { database: (database.cpu() - databaseBefore) / mails } : {}),
    bytes: bytes / mails,
  };
}

/** How many there were a second, of so many in `ms`. */
export function perSecond(count: number, ms: number): number {
  return (count / ms) * 1000;
}

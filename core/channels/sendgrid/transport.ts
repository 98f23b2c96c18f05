import type { Clock } from "../../contracts/clock.js";
import type { Duration } from "../../contracts/model.js";
import { cutAfter } from "../cut.js";
import { Call } from "./call.js";
import type { CallEnd } from "./outcome-of-answer.js";

const MAX_ANSWER_BYTES = 1_000_000;

export interface TransportOptions {
  origin: string;
  path: string;
  headers: Readonly<Record<string, string>>;
  concurrency: number;
  timeout: Duration;
  clock: Clock;
}

/** Kept-alive connections to one origin. */
export interface Transport {
  /** Makes one POST, once. Never rejects, and ends within the timeout or soon after `signal` aborts. Follows nothing, uses no proxy. */
  post(body: string, signal: AbortSignal): Promise<CallEnd>;
  close(): Promise<void>;
}

/** Loads undici and opens a pool of at most `concurrency` connections. */
export async function openTransport({
  origin,
  path,
  headers,
  concurrency,
  timeout,
  clock,
}: TransportOptions): Promise<Transport> {
  const { Pool } = await import("undici");
  const pool = new Pool(origin, {
    connections: concurrency,
    pipelining: 1,
    allowH2: false,
    maxResponseSize: MAX_ANSWER_BYTES,
    connect: { timeout },
    // One deadline covers the whole call, so undici's own are off.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  return {
    post(body, signal) {
      if (signal.aborted) return Promise.resolve({ failure: "aborted", written: false });
      return new Promise((resolve) => {
        const call = new Call((end) => {
          disarm();
          resolve(end);
        });
        const disarm = cutAfter(clock, timeout, signal, (why) => call.cut(why));
        pool.dispatch({ path, method: "POST", headers, body }, call);
      });
    },
    close: () => pool.destroy(),
  };
}

import { randomBytes } from "node:crypto";
import type { HeardBell } from "../../jobs/backend.js";

/** Which jobs the other processes are told of, through a field of the job: its events say who rings and for which name. */
export interface Bells {
  /** What the field `bell` is set to, never the same twice, so that each writing of it is an event. */
  next(name: string): string;
  /** What somebody else rings for; `undefined` for our own bells and what is no bell. */
  heard(bell: unknown): HeardBell | undefined;
  /** Starts the bells of this process, so that a query can leave them out. */
  readonly own: string;
}

export function bells(): Bells {
  const own = `${randomBytes(6).toString("hex")} `;
  let count = 0;
  return {
    own,
    next: (name) => `${own}${count++} ${name}`,
    heard(bell) {
      if (typeof bell !== "string" || bell.startsWith(own)) return undefined;
      const [, count, name] = /^[0-9a-f]{12} (\d+) (.*)$/s.exec(bell) ?? [];
      return name === undefined ? undefined : { name, count: Number(count) };
    },
  };
}

import { randomFillSync } from "node:crypto";
import type { Ids } from "../contracts/clock.js";

const pool = Buffer.alloc(4096);
/** Random bytes of one id. */
const taken = 8;
let at = pool.length;
let lastTime = 0;
let counter = 0;

/** UUIDv7s (RFC 9562, method 1: a counter in `rand_a` keeps those of one millisecond in order), and the machine's own chance. */
export const systemIds: Ids = {
  next: () => uuid(Date.now()),
  chance: () => Math.random(),
};

function uuid(now: number): string {
  // A clock that is set back must not put later ids before earlier ones.
  if (now > lastTime) [lastTime, counter] = [now, 0];
  else if (++counter > 0xfff) [lastTime, counter] = [lastTime + 1, 0];
  const time = lastTime.toString(16).padStart(12, "0");
  const count = counter.toString(16).padStart(3, "0");
  const random = randomHex();
  const variant = (8 + (parseInt(random.slice(0, 1), 16) & 3)).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${count}-${variant}${random.slice(1, 4)}-${random.slice(4)}`;
}

/** From a pool: the system is asked once for many ids. */
function randomHex(): string {
  if (at === pool.length) {
    randomFillSync(pool);
    at = 0;
  }
  return pool.toString("hex", at, (at += taken));
}

import { fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { Pulse, until } from "./pulse.js";
import { Siege, type SiegeReport } from "./siege.js";

/** How long another process holds the database, in milliseconds: longer than a write waits. */
const hold = { shortest: 6_000, longest: 7_000 };
const recoveredWithin = 5_000;
const liveWithin = 500;

export interface LockedReport extends SiegeReport {
  locks: number;
  /** Milliseconds from the end of a lock to the next answered call, the slowest. */
  slowestRecovery: number;
  /** Milliseconds of the slowest `/health/live` while the database was held. */
  slowestLive: number;
}

/** Another process holds the database `size` times for longer than the program has patience. */
export async function locked({ size, seed }: { size: number; seed: number }): Promise<LockedReport> {
  return Siege.report({ seed }, async (siege) => {
    const pulse = new Pulse(siege.server.url);
    pulse.begin();
    let slowestRecovery = 0;
    try {
      for (let round = 0; round < size; round++) slowestRecovery = Math.max(slowestRecovery, await lock(siege));
    } finally {
      await pulse.end();
    }
    siege.expect(pulse.missed === 0, `${pulse.missed} times the server did not say that it lives`);
    siege.expect(pulse.slowest < liveWithin, `the server took ${pulse.slowest} ms to say that it lives`);
    siege.expect((await siege.server.stop()) === 0, "the server did not stop in order after the locks");
    await siege.restart();
    return { locks: size, slowestRecovery, slowestLive: pulse.slowest };
  });
}

async function lock(siege: Siege): Promise<number> {
  const before = siege.answered;
  await until(() => siege.answered > before, recoveredWithin);
  const holder = fork(new URL("database-holder.js", import.meta.url), [siege.workspace.database]);
  const ended = once(holder, "exit");
  await once(holder, "message");
  const [answered, putOff] = [siege.answered, siege.putOff];
  await pause(siege.random.between(hold.shortest, hold.longest));
  siege.expect(siege.putOff > putOff, "the database was held, and no call was put off");
  siege.expect(siege.answered - answered <= siege.callers.length, "calls were answered while the database was held");
  holder.send("free");
  await ended;
  const free = siege.answered;
  const recovery = await until(() => siege.answered > free, recoveredWithin);
  siege.expect(recovery !== undefined, `the database was free, and ${recoveredWithin} ms later nothing was answered`);
  return recovery ?? Infinity;
}

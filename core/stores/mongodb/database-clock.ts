import type { Db } from "mongodb";
import type { Clock } from "../../contracts/clock.js";
import type { Log } from "../../contracts/log.js";
import type { Duration, Instant } from "../../contracts/model.js";

/** By more than this no machine of a cluster may be wrong. */
const mostWrong: Duration = 5_000;
const samples = 3;

/** The time of the cluster: the database's, as far as this process knows it. */
export interface DatabaseClock extends Clock {
  /** Looks again from time to time, and says once when this machine's clock has gone wrong. */
  watch(): void;
  stop(): void;
}

export interface DatabaseClockOptions {
  /** The machine's own. */
  clock: Clock;
  log: Log;
  /** How often to look again. */
  every?: Duration;
}

/**
 * Asks the database for its time; rejects with a sentence when this machine is more than 5 seconds away from it. Between two looks it goes
 * by the monotonic clock, so that nobody who sets this machine's clock moves it; it stands still rather than go back, unless the database
 * itself has gone back by more than that.
 */
export async function openDatabaseClock(db: Db, options: DatabaseClockOptions): Promise<DatabaseClock> {
  const { clock, log, every = 10_000 } = options;
  let ahead = await look();
  let told = 0;
  let isWarned = false;
  let timer: NodeJS.Timeout | undefined;
  if (Math.abs(skew()) > mostWrong) throw isWrong(skew());

  /** What to add to the monotonic clock. Of several answers the fastest is the least uncertain. */
  async function look(): Promise<Duration> {
    let best = { roundTrip: Infinity, ahead: 0 };
    for (let sample = 0; sample < samples; sample++) {
      const before = performance.now();
      const { localTime } = (await db.admin().command({ hello: 1 })) as { localTime: Date };
      const after = performance.now();
      const roundTrip = after - before;
      if (roundTrip < best.roundTrip) best = { roundTrip, ahead: localTime.getTime() - (before + after) / 2 };
    }
    return best.ahead;
  }

  function now(): Instant {
    const time = Math.round(performance.now() + ahead);
    told = time < told && told - time <= mostWrong ? told : time;
    return told;
  }

  /** How far this machine's clock is ahead of the database's. */
  function skew(): Duration {
    return clock.now() - (performance.now() + ahead);
  }

  async function again(): Promise<void> {
    try {
      ahead = await look();
    } catch {
      // The store is away, and others say so. Until it is back the monotonic clock is good enough.
      return;
    }
    const isOff = Math.abs(skew()) > mostWrong;
    if (isOff && !isWarned) {
      log.warn(
        { milliseconds: Math.round(skew()) },
        "This machine's clock is away from the database's: the database's goes. Let NTP set both",
      );
    }
    isWarned = isOff;
  }

  return {
    now,
    wait: (duration, signal) => clock.wait(duration, signal),
    watch() {
      timer ??= setInterval(() => void again(), every).unref();
    },
    stop() {
      clearInterval(timer);
    },
  };
}

function isWrong(skew: Duration): Error {
  const seconds = Math.round(Math.abs(skew) / 1_000);
  return new Error(
    `The clock of this machine is ${seconds} s ${skew > 0 ? "ahead of" : "behind"} the database's, and a cluster needs them within ` +
      `${mostWrong / 1_000} s of each other: let NTP set both`,
  );
}

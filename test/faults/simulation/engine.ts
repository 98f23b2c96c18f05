import { noSources } from "../../core/pipeline/no-sources.js";
import "reflect-metadata";
import type { Clock, Ids } from "../../../core/contracts/clock.js";
import type { Directory } from "../../../core/contracts/directory.js";
import type { Log } from "../../../core/contracts/log.js";
import type { Scheduler } from "../../../core/contracts/scheduler.js";
import type { Store } from "../../../core/contracts/store.js";
import { normalizer } from "../../../core/people/normalizer.js";
import { Advance } from "../../../core/pipeline/advance.js";
import { Deliver } from "../../../core/pipeline/deliver.js";
import { Doors } from "../../../core/pipeline/doors.js";
import { Execute } from "../../../core/pipeline/execute.js";
import { Intervene } from "../../../core/pipeline/intervene.js";
import { Ledger } from "../../../core/pipeline/ledger.js";
import { Sweep } from "../../../core/pipeline/sweep.js";
import type { ChannelMap } from "../../../core/tokens.js";
import { minute, sequencesOf } from "./project.js";

const day = 24 * 60 * minute;
const nowhere: Directory = { locations: [], employees: [], location: () => undefined, employee: () => undefined };

/** A key is kept for longer than any clock jumps: what comes after that is a new call. */
export const settings = {
  lease: 2 * minute,
  sweepEvery: minute,
  isAlone: true,
  callGrace: minute / 2,
  probeEvery: 15 * minute,
  retention: { outbox: 7 * day, idempotency: 10_000 * day, events: 30 * day, refused: 7 * day },
};

export interface Outside {
  store: Store;
  scheduler: Scheduler;
  channels: ChannelMap;
  clock: Clock;
  ids: Ids;
  log: Log;
}

export interface Engine {
  execute: Execute;
  advance: Advance;
  sweep: Sweep;
  deliver: Deliver;
  intervene: Intervene;
}

/** The whole pipeline, put together as `createRuntime` does, over whatever it is given. */
export function engineOf({ store, scheduler, channels, clock, ids, log }: Outside): Engine {
  const sequences = sequencesOf(store);
  const ledger = new Ledger(store, clock, log);
  const deliver = new Deliver(store, scheduler, channels, clock, ids, log, ledger);
  const doors = new Doors(clock);
  return {
    deliver,
    execute: new Execute(store, scheduler, sequences, nowhere, normalizer(), clock, ids, log, doors),
    advance: new Advance(store, sequences, clock, ids, settings, ledger, deliver, doors),
    sweep: new Sweep(store, scheduler, sequences, channels, noSources, clock, ids, log, settings, ledger, deliver),
    intervene: new Intervene(store, scheduler, sequences, channels, clock),
  };
}

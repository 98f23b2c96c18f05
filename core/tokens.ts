import type { InjectionToken } from "tsyringe";
import type { Channel } from "./contracts/channel.js";
import type { Clock, Ids } from "./contracts/clock.js";
import type { Directory } from "./contracts/directory.js";
import type { Log } from "./contracts/log.js";
import type { Duration } from "./contracts/model.js";
import type { Normalizer } from "./contracts/people.js";
import type { Scheduler } from "./contracts/scheduler.js";
import type { Sequences } from "./contracts/step.js";
import type { Sources } from "./contracts/source.js";
import type { Store } from "./contracts/store.js";

/** What the pipeline may be set to. */
export interface PipelineSettings {
  /** No other process works on this store. */
  isAlone: boolean;
  /** How long a claim holds. The claims of a process that is known to be dead are freed at once. */
  lease: Duration;
  /** How often the sweep runs. */
  sweepEvery: Duration;
  /** A call that has not been settled this long after it began is taken to have ended uncertain. */
  callGrace: Duration;
  /** How long a channel that answered "forbidden" is left alone between probes. */
  probeEvery: Duration;
  retention: { outbox: Duration; idempotency: Duration; events: Duration; refused: Duration };
}

/** Channels by the name that the configuration gives them. */
export type ChannelMap = ReadonlyMap<string, Channel>;

export const STORE: InjectionToken<Store> = Symbol("Store");
export const SCHEDULER: InjectionToken<Scheduler> = Symbol("Scheduler");
export const SEQUENCES: InjectionToken<Sequences> = Symbol("Sequences");
export const CHANNELS: InjectionToken<ChannelMap> = Symbol("Channels");
export const DIRECTORY: InjectionToken<Directory> = Symbol("Directory");
export const NORMALIZER: InjectionToken<Normalizer> = Symbol("Normalizer");
export const CLOCK: InjectionToken<Clock> = Symbol("Clock");
export const IDS: InjectionToken<Ids> = Symbol("Ids");
export const LOG: InjectionToken<Log> = Symbol("Log");
export const SOURCES: InjectionToken<Sources> = Symbol("Sources");
export const SETTINGS: InjectionToken<PipelineSettings> = Symbol("PipelineSettings");

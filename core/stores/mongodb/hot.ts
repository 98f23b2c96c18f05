import { ReadConcern } from "mongodb";
import type { Duration } from "../../contracts/model.js";

/** For claims and what the clock is told, which may be taken back by a fail-over: every later write is guarded by what they left. */
export const soon = { writeConcern: { w: 1 } } as const;

/** To see what was written `soon`, and what another node has just written. */
export const fresh = { readConcern: new ReadConcern("local") } as const;

/** All that a group of claims needs comes with the first answer, where a hundred documents would be the driver's own limit. */
export const inOne = { batchSize: 1_000 } as const;

/** For guarded updates of one sending each: a server that need not look for the best index takes a fifth less. */
export const byId = { _id: 1 } as const;

/** How long a write waits at most for those that came together the last time: written with fifteen others, each costs a seventh. */
export const gather: Duration = 30;

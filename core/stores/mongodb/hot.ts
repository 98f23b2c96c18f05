import { ReadConcern } from "mongodb";

/** For claims and what the clock is told, which may be taken back by a fail-over: every later write is guarded by what they left. */
export const soon = { writeConcern: { w: 1 } } as const;

/** To see what was written `soon`, and what another node has just written. */
export const fresh = { readConcern: new ReadConcern("local") } as const;

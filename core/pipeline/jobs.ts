/** Runs what is due in one execution; its id is the execution's. */
export const ADVANCE = "advance";

/** Looks after everything that no alarm looks after; there is one. */
export const SWEEP = "sweep";
export const SWEEP_ID = "all";

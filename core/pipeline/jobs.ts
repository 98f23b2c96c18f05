/** Runs what is due in one execution; its id is the execution's. */
export const ADVANCE = "advance";

/** Looks after everything that no alarm looks after; there is one. */
export const SWEEP = "sweep";
export const SWEEP_ID = "all";

/** Works on the events of one source; its id is the source's name. */
export const INTAKE = "intake";

/** Tells the ends of bookings whose platforms do not; there is one. */
export const ENDED = "ended";
export const ENDED_ID = "all";

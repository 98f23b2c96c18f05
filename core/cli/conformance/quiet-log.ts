import type { Log } from "../../contracts/log.js";

const nothing = (): void => undefined;

/** The suites make happen on purpose what a log would complain of. */
export const quietLog: Log = { info: nothing, warn: nothing, error: nothing };

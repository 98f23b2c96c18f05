import { lockProcess } from "../../../../core/stores/sqlite/process-lock.js";

// Run as a child process: takes the lock that its argument names and keeps it until it is killed.
// Nothing keeps the lock but the process itself: what is no longer referred to is collected first.
const held = lockProcess(process.argv[2] ?? "") !== undefined;
(globalThis.gc as (() => void) | undefined)?.();
process.send?.(held ? "held" : "refused");
setInterval(() => undefined, 60_000);

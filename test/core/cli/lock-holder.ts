import { lockProcess } from "../../../core/stores/sqlite/process-lock.js";

// Run as a child process: takes the lock that its argument names and keeps it until it is killed.
process.send?.(lockProcess(process.argv[2] ?? "") ? "held" : "refused");
setInterval(() => undefined, 60_000);

import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** Where this process runs. Two processes that say the same see each other's process ids. */
export function placeHere(): string {
  return [
    hostname(),
    read(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()),
    read(pidNamespace),
  ].join(" ");
}

/** Whether a process that said it runs at `place` is certainly over. What runs elsewhere cannot be told. */
export function isOver({ place, pid }: { place: string; pid: number }): boolean {
  if (place !== placeHere()) return false;
  // Our own id was its id before.
  if (pid === process.pid) return true;
  try {
    process.kill(pid, 0);
    return false;
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === "ESRCH";
  }
}

function pidNamespace(): string {
  return readlinkSync("/proc/self/ns/pid");
}

/** Only Linux tells. */
function read(from: () => string): string {
  try {
    return from();
  } catch {
    return "";
  }
}

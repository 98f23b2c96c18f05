import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";

/** /proc counts in hundredths of a second, whatever the kernel's own clock. */
const tick = 10_000;

/** One process, or several that work together, as measured from outside. */
export interface Measured {
  /** Microseconds of CPU that it has used so far, in all threads. */
  cpu(): number;
  /** The most memory that it has had resident so far, in MiB. */
  peakMemory(): number;
  /** Resolves when it has hardly used the CPU for a moment. */
  rest(): Promise<void>;
  /** Resolves as `work` does. Rejects when that fails, or when it dies first. */
  outlive<T>(work: Promise<T>): Promise<T>;
}

/** Microseconds of CPU that a process has used so far, in all threads. */
export function cpuOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // What follows the program's name, which may hold spaces.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * tick;
}

/** The most memory that a process has had resident so far, in MiB. */
export function peakMemoryOf(pid: number): number {
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kilobytes) / 1024;
}

/** Resolves when what `cpu` counts has hardly grown for a moment. */
export async function rested(cpu: () => number): Promise<void> {
  for (let before = -1, used = cpu(); used - before > tick; used = cpu()) {
    before = used;
    await pause(100);
  }
}

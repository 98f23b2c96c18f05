import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import { Pulse, readiness, until } from "./pulse.js";
import { Siege, type SiegeReport } from "./siege.js";

const run = promisify(execFile);

const diskSize = "256m";
const block = 65_536;
/** How long a disk stays full, in milliseconds, after the first call was put off. */
const outage = { shortest: 500, longest: 2_000 };
const fullWithin = 10_000;
const recoveredWithin = 5_000;
const liveWithin = 500;

export interface FullDiskReport extends SiegeReport {
  outages: number;
  /** Milliseconds from the first free byte to the next answered call and to `ready`, the slowest. */
  slowestRecovery: number;
  /** Milliseconds of the slowest `/health/live` meanwhile. */
  slowestLive: number;
}

/** Whether there can be a disk to fill: it takes the right to mount one. */
export function canMount(): boolean {
  const disk = mounted();
  disk?.remove();
  return disk !== undefined;
}

/** Fills the disk under the running program `size` times, and gives the space back. */
export async function fullDisk({ size, seed }: { size: number; seed: number }): Promise<FullDiskReport> {
  const disk = mounted();
  if (!disk) throw new Error("A disk to fill takes the right to mount a tmpfs: run it as root");
  try {
    return await Siege.report({ seed, place: disk.place }, (siege) => outages(siege, size, disk.place));
  } finally {
    disk.remove();
  }
}

/** A disk of its own, in memory. */
function mounted(): { place: string; remove(): void } | undefined {
  const place = mkdtempSync(join(tmpdir(), "furrow-disk-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${diskSize},mode=700`, "tmpfs", place], { stdio: "ignore" });
  } catch {
    rmSync(place, { recursive: true });
    return undefined;
  }
  return {
    place,
    remove() {
      execFileSync("umount", [place]);
      rmSync(place, { recursive: true });
    },
  };
}

async function outages(siege: Siege, size: number, place: string) {
  const pulse = new Pulse(siege.server.url);
  pulse.begin();
  let slowestRecovery = 0;
  try {
    for (let round = 0; round < size; round++) slowestRecovery = Math.max(slowestRecovery, await fill(siege, place));
  } finally {
    await pulse.end();
  }
  siege.expect(pulse.missed === 0, `${pulse.missed} times the server did not say that it lives`);
  siege.expect(pulse.slowest < liveWithin, `the server took ${pulse.slowest} ms to say that it lives`);
  // Alarms that could not be set are found by the next sweep, within a minute, or by a start.
  siege.expect((await siege.server.stop()) === 0, "the server did not stop in order after the outages");
  await siege.restart();
  return { outages: size, slowestRecovery, slowestLive: pulse.slowest };
}

/** One outage. Answers the milliseconds that the recovery took. */
async function fill(siege: Siege, place: string): Promise<number> {
  const { random, server } = siege;
  const ballast = join(place, "ballast");
  await until(() => siege.answered > 0, fullWithin);
  const before = siege.putOff;
  const blocks = Math.floor(Math.max(0, free(place) - random.between(0, 1_000_000)) / block);
  // It may come to the end of the disk before it has written all: the server writes as well.
  await run("dd", ["if=/dev/zero", `of=${ballast}`, `bs=${block}`, `count=${blocks}`]).catch(() => undefined);
  const full = await until(() => siege.putOff > before, fullWithin);
  siege.expect(full !== undefined, "the disk was full, and no call was put off");
  const health = await readiness(server.url);
  siege.expect(health.status === 503, `the disk was full, and /health/ready answered ${health.status}`);
  siege.expect(health.retryAfter !== undefined, "the disk was full, and /health/ready did not say when to ask again");
  await pause(random.between(outage.shortest, outage.longest));
  rmSync(ballast);
  const answered = siege.answered;
  const recovery = await until(
    async () => siege.answered > answered && (await readiness(server.url)).status === 200,
    recoveredWithin,
  );
  siege.expect(
    recovery !== undefined,
    `the disk had space again, and ${recoveredWithin} ms later nothing was answered`,
  );
  return recovery ?? Infinity;
}

function free(place: string): number {
  const { bavail, bsize } = statfsSync(place);
  return bavail * bsize;
}

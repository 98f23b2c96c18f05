import { setTimeout as pause } from "node:timers/promises";
import { lease, type Cluster } from "./cluster.js";
import type { Detour } from "./detours.js";
import type { Cut } from "./proxy.js";

/** The kinds of faults, by what happens. */
export type Kind = "killed" | "frozen" | "steppedDown" | "primaryKilled" | "cut" | "stopped" | "away";

/**
 * Does something bad to a cluster, and resolves when it has been mended. Answers figures, of which the report has the greatest; `outage` is
 * how many milliseconds nobody could be answered.
 */
export type Fault = (cluster: Cluster) => Promise<Record<string, number>>;

export const faults: Readonly<Record<Kind, Fault>> = {
  killed,
  frozen,
  steppedDown,
  primaryKilled,
  cut,
  stopped,
  away,
};

/** How long people may wait for a worker beyond its lease, in milliseconds. */
const margin = 10_000;

/** A process ends without a word, and another one takes its place. */
async function killed({ random, nodes }: Cluster): Promise<Record<string, number>> {
  const node = nodes[random.between(0, nodes.length - 1)];
  await node?.kill();
  return {};
}

/**
 * A worker stands still for longer than its lease, and then goes on as if nothing had been. Those who were due are waited for, and compared
 * with as many who met nothing.
 */
async function frozen(cluster: Cluster): Promise<Record<string, number>> {
  const { random, workers } = cluster;
  const worker = workers[random.between(0, workers.length - 1)];
  if (!worker) throw new Error("A cluster has workers");
  const undisturbed = await cluster.untilServed();
  const from = performance.now();
  worker.signal("SIGSTOP");
  try {
    const waited = await cluster.untilServed();
    const limit = lease * 1000 + margin + undisturbed;
    cluster.expect(waited <= limit, `people waited ${waited} ms while a worker was frozen, ${undisturbed} ms before`);
    await pause(Math.max(0, from + lease * 2_000 - performance.now()));
    return { waited, undisturbed };
  } finally {
    worker.signal("SIGCONT");
  }
}

/** The primary gives its place to another member. */
async function steppedDown({ site }: Cluster): Promise<Record<string, number>> {
  await site.set.stepDown();
  return {};
}

/** The primary ends without a word, and comes back when the others have elected another one. */
async function primaryKilled({ site }: Cluster): Promise<Record<string, number>> {
  const primary = await site.set.primary();
  const from = performance.now();
  await primary.end("SIGKILL");
  await site.set.primary();
  const elected = performance.now() - from;
  await primary.start();
  return { elected };
}

const cuts: readonly Cut[] = ["unsent", "half", "unanswered"];
/** Milliseconds: shorter, and longer than a process may be silent. */
const silences = { shortest: 1_000, longest: 8_000 };

/** Connections of one process to the database break in the middle of commands, or nothing passes for a while. */
async function cut({ random, site }: Cluster): Promise<Record<string, number>> {
  const detours = [...site.detours.values()];
  const detour = detours[random.between(0, detours.length - 1)];
  if (!detour) throw new Error("Nobody reaches the database by a proxy");
  const before = detour.cuts;
  if (random.next() < 0.25) await silence(detour, random.between(silences.shortest, silences.longest));
  else {
    for (let burst = random.between(1, 4); burst > 0; burst--) {
      detour.order(
        Array.from({ length: random.between(1, 6) }, () => cuts[random.between(0, cuts.length - 1)] ?? "half"),
      );
      await pause(random.between(20, 300));
    }
    detour.order([]);
  }
  return { cut: detour.cuts - before };
}

/** Milliseconds. */
const stopsWithin = 10_000;

/** A process is ended in order while it has work in hand, and another one takes its place. */
async function stopped(cluster: Cluster): Promise<Record<string, number>> {
  const { random, nodes } = cluster;
  const node = nodes[random.between(0, nodes.length - 1)];
  if (!node) throw new Error("A cluster has nodes");
  const { code, took } = await node.stop();
  cluster.expect(code === 0, `SIGTERM of ${node.name} ended with ${code}`);
  cluster.expect(took < stopsWithin, `SIGTERM of ${node.name} took ${took} ms`);
  await node.restart();
  return { took };
}

const awayFor = 20_000;

/** The whole database answers nobody. */
async function away({ site }: Cluster): Promise<Record<string, number>> {
  for (const member of site.set.members) member.signal("SIGSTOP");
  await pause(awayFor);
  for (const member of site.set.members) member.signal("SIGCONT");
  return { outage: awayFor };
}

async function silence(detour: Detour, duration: number): Promise<void> {
  detour.hush(true);
  await pause(duration);
  detour.hush(false);
}

import { setTimeout as pause } from "node:timers/promises";
import { until } from "../pulse.js";
import { lease, type Cluster } from "./cluster.js";
import type { Detour } from "./detours.js";
import type { Cut } from "./proxy.js";

/** Does something bad to a cluster, and resolves when it has been mended. Answers figures; the report has the greatest of each. */
export type Fault = (cluster: Cluster) => Promise<Record<string, number>>;

/** How long people may wait for a worker beyond its lease, in milliseconds. */
const margin = 10_000;
const waitsAtMost = 120_000;

/** A process ends without a word, and another one takes its place. */
export async function killed({ random, nodes }: Cluster): Promise<Record<string, number>> {
  const node = nodes[random.between(0, nodes.length - 1)];
  await node?.kill();
  return {};
}

/** A worker stands still for longer than its lease, and then goes on as if nothing had been. */
export async function frozen(cluster: Cluster): Promise<Record<string, number>> {
  const { random, workers, site } = cluster;
  const worker = workers[random.between(0, workers.length - 1)];
  if (!worker) throw new Error("A cluster has workers");
  await until(async () => (await site.books.due()).length > 0, 10_000);
  const from = performance.now();
  worker.signal("SIGSTOP");
  try {
    const due = await site.books.due();
    const waited = await until(async () => (await site.books.open(due)) === 0, waitsAtMost);
    const limit = lease * 1000 + margin;
    cluster.expect((waited ?? Infinity) <= limit, `the people of a frozen worker waited ${waited} ms`);
    await pause(Math.max(0, from + lease * 2_000 - performance.now()));
    return { waited: waited ?? waitsAtMost };
  } finally {
    worker.signal("SIGCONT");
  }
}

/** The primary gives its place to another member. */
export async function steppedDown({ site }: Cluster): Promise<Record<string, number>> {
  await site.set.stepDown();
  return {};
}

/** The primary ends without a word, and comes back when the others have elected another one. */
export async function primaryKilled({ site }: Cluster): Promise<Record<string, number>> {
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
export async function cut({ random, site }: Cluster): Promise<Record<string, number>> {
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

async function silence(detour: Detour, duration: number): Promise<void> {
  detour.hush(true);
  await pause(duration);
  detour.hush(false);
}

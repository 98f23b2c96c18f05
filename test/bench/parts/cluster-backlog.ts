import { now } from "../clock.js";
import { percentile, type Figures } from "../figures.js";
import type { Scale } from "../options.js";
import { latency } from "../phases.js";
import type { Provider } from "../provider.js";
import { seedCluster, type Waiting } from "../seed-cluster.js";
import { onServers } from "../servers.js";
import { makeWorkspace, steps, type Workspace } from "../workspace.js";
import { furrow } from "./furrow.js";

/** People of each execution that waits. */
const size = 10;
const later = 24 * 3_600_000;
/** From the writing of what is due soon to its first time, beside the seconds of calls that come before: the server starts meanwhile. */
const head = 15_000;
/** Sendings that become due each second while calls come. */
const duePerSecond = 20;

/** A cluster with very many sendings that wait: how it answers calls, then while some of them come due as well, and how late these are. */
export async function clusterBacklog(scale: Scale, provider: Provider): Promise<Figures> {
  return onServers(1, (servers) =>
    servers.fresh("backlog", async (url) => {
      const workspace = await makeWorkspace(provider.url, url);
      try {
        const unloaded = await accepted(workspace, provider, scale.seconds);
        const seed = seedCluster(url);
        try {
          await seed.waiting({ name: "waits", sendings: scale.waiting, size, from: Date.now() + later, apart: 1 });
          const from = Date.now() + head + scale.seconds * 1_000;
          const due = {
            name: "due",
            sendings: duePerSecond * scale.seconds,
            size: 1,
            from,
            apart: 1_000 / duePerSecond,
          };
          await seed.waiting(due);
          return { "clusterBacklog.unloaded": unloaded, ...(await loaded(workspace, provider, scale.seconds, due)) };
        } finally {
          await seed.close();
        }
      } finally {
        await workspace.remove();
      }
    }),
  );
}

/** The median time of an answer when nothing waits. Leaves behind what is to be copied: a call for one person, for later. */
async function accepted(workspace: Workspace, provider: Provider, seconds: number): Promise<number> {
  const child = await workspace.serve();
  try {
    const { client } = furrow(workspace, child, "unloaded");
    const figures = await latency({ child, client }, provider, seconds);
    const scheduledAt = new Date(Date.now() + later).toISOString();
    await client.flood({ calls: 1, size: 1, parallel: 1 }, { scheduledAt });
    await client.close();
    await child.stop();
    return figures["answer.p50"] ?? NaN;
  } finally {
    await child.kill();
  }
}

async function loaded(workspace: Workspace, provider: Provider, seconds: number, due: Waiting): Promise<Figures> {
  const child = await workspace.serve();
  try {
    const { client } = furrow(workspace, child, "loaded");
    const quiet = await latency({ child, client }, provider, seconds);
    await provider.begin();
    const toClock = now() - Date.now();
    const calls = await client.pace(seconds + (due.from - Date.now()) / 1_000);
    const { firstAt } = await child.outlive(provider.until((calls.length + due.sendings) * steps.length));
    const late = Array.from(
      { length: due.sendings },
      (_, index) => (firstAt[`${due.name}-${index}@bench.example`] ?? NaN) - (due.from + index * due.apart + toClock),
    );
    const busy = calls.filter(({ calledAt }) => calledAt >= due.from + toClock);
    const memory = child.peakMemory();
    await client.close();
    await child.stop();
    return {
      "clusterBacklog.ready": child.readyAfter,
      "clusterBacklog.answer": quiet["answer.p50"] ?? NaN,
      "clusterBacklog.busyAnswer": percentile(
        busy.map(({ calledAt, answeredAt }) => answeredAt - calledAt),
        50,
      ),
      "clusterBacklog.late.p50": percentile(late, 50),
      "clusterBacklog.late.p99": percentile(late, 99),
      "clusterBacklog.memory": memory,
    };
  } finally {
    await child.kill();
  }
}

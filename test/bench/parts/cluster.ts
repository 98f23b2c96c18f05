import type { Client } from "../client.js";
import { now } from "../clock.js";
import { under, type Figures } from "../figures.js";
import { Fleet } from "../fleet.js";
import { ledgerFloor } from "../floors/ledger.js";
import type { Scale } from "../options.js";
import { latency, throughput, type Watch } from "../phases.js";
import type { Provider } from "../provider.js";
import { onServers, type Servers } from "../servers.js";
import { makeWorkspace, steps, type Workspace } from "../workspace.js";
import { agendaOnMongodb } from "./agenda-on-mongodb.js";
import { furrow } from "./furrow.js";

/** One process does everything; beside several that work there is one more that takes the calls. */
const sizes = [1, 2, 4];

/**
 * Workload W against the cluster mode, on a replica set of one member and, with one process, on one of three; each beside what the same
 * servers can do without the program. Under the profiler: one process on one member.
 */
export async function cluster(scale: Scale, provider: Provider, watch: Watch = {}): Promise<Figures> {
  if (watch.node) return onServers(1, (servers) => w(1, servers, provider, scale, watch));
  const mails = scale.batch.calls * scale.batch.size * steps.length;
  const one = await onServers(1, async (servers) => {
    const figures = under("ledger", await servers.fresh("ledger", (url) => ledgerFloor(url, servers, mails)));
    Object.assign(figures, await servers.fresh("agenda", (url) => agendaOnMongodb(url, servers, provider, scale)));
    for (const size of sizes) Object.assign(figures, under(`cluster.${size}`, await w(size, servers, provider, scale)));
    return figures;
  });
  const three = await onServers(3, async (servers) => ({
    ...under("ledger3", await servers.fresh("ledger", (url) => ledgerFloor(url, servers, mails / 2))),
    ...under("cluster.three", await w(1, servers, provider, scale)),
  }));
  return { ...one, ...three };
}

function w(workers: number, servers: Servers, provider: Provider, scale: Scale, watch: Watch = {}): Promise<Figures> {
  return servers.fresh(`w${workers}`, async (url) => {
    const workspace = await makeWorkspace(provider.url, url);
    try {
      return await workload(workspace, workers, servers, provider, scale, watch);
    } finally {
      await workspace.remove();
    }
  });
}

async function workload(
  workspace: Workspace,
  workers: number,
  database: Servers,
  provider: Provider,
  scale: Scale,
  { node, onPhase = () => undefined }: Watch,
): Promise<Figures> {
  const { fleet, client, ready } = await start(workspace, workers, node);
  const engine = { child: fleet, client, database };
  const figures: Figures = { ready };
  const phase = async (name: string, measure: () => Promise<Figures>): Promise<void> => {
    const from = now();
    Object.assign(figures, under(name, await measure()));
    const { mails } = await provider.tally();
    onPhase({ name, from, to: now(), count: mails, of: "mail" });
  };
  try {
    await phase("paced", () => latency(engine, provider, scale.seconds));
    await phase("batch", () => throughput(engine, provider, scale.batch));
    await phase("single", () => throughput(engine, provider, scale.single));
    figures["memory"] = fleet.peakMemory();
    await client.close();
    await fleet.stop();
    return figures;
  } finally {
    await fleet.kill();
  }
}

async function start(
  workspace: Workspace,
  workers: number,
  node: readonly string[] | undefined,
): Promise<{ fleet: Fleet; client: Client; ready: number }> {
  const first = await workspace.serve(node, workers === 1 ? "all" : "api");
  const children = [first];
  for (let more = 1; more <= workers && workers > 1; more++) children.push(await workspace.serve(node, "worker"));
  return { fleet: new Fleet(children), client: furrow(workspace, first).client, ready: first.readyAfter };
}

import { medians, under, type Figures } from "../figures.js";
import type { Flood, Scale } from "../options.js";
import { throughput } from "../phases.js";
import type { Provider } from "../provider.js";
import { multiply } from "../seed.js";
import { makeWorkspace, type Workspace } from "../workspace.js";
import { furrow } from "./furrow.js";

/** What is copied: one call's people, who have had all their mails. */
const original: Flood = { calls: 1, size: 100, parallel: 1 };
const warmUp: Flood = { calls: 10, size: 100, parallel: 4 };

/** What a mail costs in an empty store, and beside so many sendings that are finished; the medians of `runs`, taken in turn. */
export async function store(scale: Scale, runs: number, provider: Provider): Promise<Figures> {
  const full = await makeWorkspace(provider.url);
  try {
    await finished(full, provider, scale.seedRows);
    const measured: Figures[] = [];
    for (let run = 1; run <= runs; run++) {
      const empty = await makeWorkspace(provider.url);
      try {
        measured.push(under("store.empty", await cost(empty, `e${run}`, provider, scale)));
        measured.push(under("store.full", await cost(full, `f${run}`, provider, scale)));
      } finally {
        await empty.remove();
      }
    }
    return medians(measured);
  } finally {
    await full.remove();
  }
}

async function finished(workspace: Workspace, provider: Provider, sendings: number): Promise<void> {
  const child = await workspace.serve();
  try {
    const engine = furrow(workspace, child, "original");
    await throughput(engine, provider, original);
    await engine.client.close();
    await child.stop();
  } finally {
    await child.kill();
  }
  multiply(workspace.database, Math.ceil(sendings / original.size));
}

async function cost(workspace: Workspace, people: string, provider: Provider, scale: Scale): Promise<Figures> {
  const child = await workspace.serve();
  try {
    const engine = furrow(workspace, child, people);
    await throughput(engine, provider, warmUp);
    const figures = {
      ready: child.readyAfter,
      ...under("batch", await throughput(engine, provider, scale.batch)),
      ...under("single", await throughput(engine, provider, scale.single)),
      memory: child.peakMemory(),
    };
    await engine.client.close();
    await child.stop();
    return figures;
  } finally {
    await child.kill();
  }
}

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Child } from "../child.js";
import { Client } from "../client.js";
import { perSecond, throughput, type Engine } from "../phases.js";
import { under, type Figures } from "../figures.js";
import { bareClient } from "../floors/bare-client.js";
import type { Flood, Scale } from "../options.js";
import type { Provider } from "../provider.js";

/** What the real server has behind it as well when it is measured: the calls of its first phase. */
const warmUp: Flood = { calls: 300, size: 1, parallel: 1 };

/** What the parts of the program can do without the program, measured by the same client and provider. */
export async function floors(scale: Scale, provider: Provider): Promise<Figures> {
  return {
    ...(await withEngine("accept-main", [], (engine) => accepting(engine, scale))),
    ...(await bareClient(provider, scale.batch.calls * scale.batch.size)),
    ...(await withEngine("agenda-main", [provider.url], (engine) => agenda(engine, provider, scale))),
  };
}

async function accepting({ child, client }: Engine, { batch, single }: Scale): Promise<Figures> {
  await client.flood(warmUp);
  const figures: Figures = {};
  for (const [name, flood] of Object.entries({ batch, single })) {
    await child.rest();
    const { from, answeredAt } = await client.flood(flood);
    figures[name] = perSecond(flood.calls * flood.size, answeredAt - from);
  }
  return under("front", figures);
}

async function agenda(engine: Engine, provider: Provider, { batch, single }: Scale): Promise<Figures> {
  await throughput(engine, provider, warmUp);
  return {
    ...under("agenda.batch", await throughput(engine, provider, batch)),
    ...under("agenda.single", await throughput(engine, provider, single)),
    "agenda.memory": engine.child.peakMemory(),
  };
}

async function withEngine(
  name: string,
  args: readonly string[],
  measure: (engine: Engine) => Promise<Figures>,
): Promise<Figures> {
  const folder = await mkdtemp(join(tmpdir(), "furrow-floor-"));
  const script = resolve(`dist/test/bench/floors/${name}.js`);
  const child = await Child.start(script, [join(folder, "floor.db"), ...args], { folder });
  const client = new Client({ url: child.url, path: "/execute", headers: {} }, "person");
  try {
    const figures = await measure({ child, client });
    await client.close();
    return figures;
  } finally {
    await child.kill();
    await rm(folder, { recursive: true });
  }
}

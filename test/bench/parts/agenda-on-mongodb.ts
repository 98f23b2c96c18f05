import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Child } from "../child.js";
import { Client } from "../client.js";
import { under, type Figures } from "../figures.js";
import type { Flood, Scale } from "../options.js";
import { throughput } from "../phases.js";
import type { Provider } from "../provider.js";
import type { Servers } from "../servers.js";

/** It is a hundred times slower: as much as the others do would take it many minutes. */
const share = 10;
const warmUp: Flood = { calls: 10, size: 1, parallel: 1 };

/** Agenda alone on its own backend, one job for each step of each person, on the same servers. */
export async function agendaOnMongodb(
  url: string,
  database: Servers,
  provider: Provider,
  { batch, single }: Scale,
): Promise<Figures> {
  const folder = await mkdtemp(join(tmpdir(), "furrow-floor-"));
  const script = resolve("dist/test/bench/floors/agenda-mongodb-main.js");
  const child = await Child.start(script, [url, provider.url], { folder });
  const client = new Client({ url: child.url, path: "/execute", headers: {} }, "person");
  const engine = { child, client, database };
  try {
    await throughput(engine, provider, warmUp);
    const figures = {
      ...under("batch", await throughput(engine, provider, fewer(batch))),
      ...under("single", await throughput(engine, provider, fewer(single))),
      memory: child.peakMemory(),
    };
    await client.close();
    return under("agendaMongodb", figures);
  } finally {
    await child.kill();
    await rm(folder, { recursive: true });
  }
}

function fewer(flood: Flood): Flood {
  return { ...flood, calls: Math.ceil(flood.calls / share) };
}

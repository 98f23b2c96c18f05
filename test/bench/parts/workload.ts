import { now } from "../clock.js";
import { under, type Figures } from "../figures.js";
import type { Scale } from "../options.js";
import { latency, throughput, type Watch } from "../phases.js";
import type { Provider } from "../provider.js";
import { makeWorkspace } from "../workspace.js";
import { furrow } from "./furrow.js";

/** Workload W against the real program: calls one by one, calls of 100, calls of 1. */
export async function workload(
  scale: Scale,
  provider: Provider,
  { node = [], onPhase = () => undefined }: Watch = {},
): Promise<Figures> {
  const workspace = await makeWorkspace(provider.url);
  const child = await workspace.serve(node);
  const engine = furrow(workspace, child);
  const figures: Figures = { ready: child.readyAfter };
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
    figures.memory = child.peakMemory();
    await engine.client.close();
    await child.stop();
    return under("furrow", figures);
  } finally {
    await child.kill();
    await workspace.remove();
  }
}

import { now } from "../clock.js";
import { percentile, type Figures } from "../figures.js";
import type { Flood, Scale } from "../options.js";
import { latency, perSecond } from "../phases.js";
import type { Provider } from "../provider.js";
import { multiply } from "../seed.js";
import { makeWorkspace, steps, type Workspace } from "../workspace.js";
import { furrow } from "./furrow.js";

/** What is copied: calls for one person each, all for later. */
const original: Flood = { calls: 100, size: 1, parallel: 16 };
const later = 24 * 3_600_000;

/** A start with many executions due: when it is ready, and how it answers calls while it works them off. */
export async function backlog(scale: Scale, provider: Provider): Promise<Figures> {
  const workspace = await makeWorkspace(provider.url);
  try {
    const unloaded = await accepted(workspace, provider, scale.seconds);
    const copies = Math.ceil(scale.backlog / original.calls);
    multiply(workspace.database, copies);
    const due = (copies + 1) * original.calls * steps.length;
    return { "backlog.unloaded": unloaded, ...(await loaded(workspace, provider, scale.seconds, due)) };
  } finally {
    await workspace.remove();
  }
}

/** The median time of an answer when nothing else is to be done. Leaves behind what is to be copied. */
async function accepted(workspace: Workspace, provider: Provider, seconds: number): Promise<number> {
  const child = await workspace.serve();
  try {
    const engine = furrow(workspace, child, "unloaded");
    const figures = await latency(engine, provider, seconds);
    await engine.client.flood(original, { scheduledAt: new Date(Date.now() + later).toISOString() });
    await engine.client.close();
    await child.stop();
    return figures["answer.p50"] ?? NaN;
  } finally {
    await child.kill();
  }
}

async function loaded(workspace: Workspace, provider: Provider, seconds: number, due: number): Promise<Figures> {
  await provider.begin();
  const child = await workspace.serve();
  try {
    const { client } = furrow(workspace, child, "loaded");
    const from = now();
    const calls = await client.pace(seconds);
    const { mails, lastAt } = await provider.tally();
    const memory = child.peakMemory();
    await client.close();
    return {
      "backlog.ready": child.readyAfter,
      "backlog.answer": percentile(
        calls.map(({ calledAt, answeredAt }) => answeredAt - calledAt),
        50,
      ),
      "backlog.mails": perSecond(mails, lastAt - from),
      "backlog.left": due - mails,
      "backlog.memory": memory,
    };
  } finally {
    await child.kill();
  }
}

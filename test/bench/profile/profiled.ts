import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Figures } from "../figures.js";
import type { Scale } from "../options.js";
import { workload, type Phase } from "../parts/workload.js";
import type { Provider } from "../provider.js";
import { profiling, readSamples } from "./profile.js";
import { byRoom, bySelf, byTotal, type Shares } from "./shares.js";

/** Where the time of the server's main thread went in one phase. */
export interface PhaseProfile {
  phase: string;
  rooms: Shares;
  self: Shares;
  total: Shares;
}

/** Workload W against a server that watches itself. Its figures are worse for that. */
export async function profiled(
  scale: Scale,
  provider: Provider,
): Promise<{ figures: Figures; profiles: PhaseProfile[] }> {
  const folder = await mkdtemp(join(tmpdir(), "furrow-profile-"));
  const phases: Phase[] = [];
  try {
    const node = profiling(folder);
    const figures = await workload(scale, provider, { node, onPhase: (phase) => phases.push(phase) });
    const samples = await readSamples(folder);
    const profiles = phases.map(({ name, from, to, mails }) => {
      const within = samples.filter(({ at }) => at >= from * 1000 && at < to * 1000);
      const [rooms, self, total] = [byRoom, bySelf, byTotal].map((by) => by(within, mails)) as [Shares, Shares, Shares];
      return { phase: name, rooms, self, total };
    });
    return { figures, profiles };
  } finally {
    await rm(folder, { recursive: true });
  }
}

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Figures } from "../figures.js";
import type { Scale } from "../options.js";
import type { Phase, Watch } from "../phases.js";
import type { Provider } from "../provider.js";
import { profiling, readSamples } from "./profile.js";
import { byRoom, bySelf, byTotal, type Shares } from "./shares.js";

/** Where the time of the server's main thread went in one phase. */
export interface PhaseProfile {
  phase: string;
  of: Phase["of"];
  rooms: Shares;
  self: Shares;
  total: Shares;
}

/** A part against a server that watches itself. Its figures are worse for that. */
export async function profiled(
  part: (scale: Scale, provider: Provider, watch: Watch) => Promise<Figures>,
  scale: Scale,
  provider: Provider,
): Promise<{ figures: Figures; profiles: PhaseProfile[] }> {
  const folder = await mkdtemp(join(tmpdir(), "furrow-profile-"));
  const phases: Phase[] = [];
  try {
    const node = profiling(folder);
    const figures = await part(scale, provider, { node, onPhase: (phase) => phases.push(phase) });
    const samples = await readSamples(folder);
    const profiles = phases.map(({ name, from, to, count, of }) => {
      const within = samples.filter(({ at }) => at >= from * 1000 && at < to * 1000);
      const [rooms, self, total] = [byRoom, bySelf, byTotal].map((by) => by(within, count)) as [Shares, Shares, Shares];
      return { phase: name, of, rooms, self, total };
    });
    return { figures, profiles };
  } finally {
    await rm(folder, { recursive: true });
  }
}

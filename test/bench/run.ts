import { writeFile } from "node:fs/promises";
import { cpus, loadavg } from "node:os";
import { medians, type Figures } from "./figures.js";
import { readOptions, type Options, type Part } from "./options.js";
import { backlog } from "./parts/backlog.js";
import { clusterBacklog } from "./parts/cluster-backlog.js";
import { cluster } from "./parts/cluster.js";
import { floors } from "./parts/floors.js";
import { hooksFloor, ingest } from "./parts/ingest.js";
import { store } from "./parts/store.js";
import { workload } from "./parts/workload.js";
import { profiled, type PhaseProfile } from "./profile/profiled.js";
import { Provider } from "./provider.js";
import { figureLines, profileLines } from "./table.js";
import { judged } from "./verdicts.js";

const options = readOptions(process.argv.slice(2));
if (options) await bench(options);
else process.exitCode = 64;

async function bench(options: Options): Promise<void> {
  const before = machine();
  console.error(before);
  const profiles: PhaseProfile[] = [];
  const runs: Figures[] = [];
  const provider = await Provider.start();
  try {
    for await (const figures of measured(options, provider, profiles)) runs.push(figures);
  } finally {
    await provider.stop();
  }
  const figures = medians(runs);
  const rows = judged(figures);
  const missed = rows.filter(({ verdicts }) => verdicts.some(({ isMet }) => isMet === false));
  console.log([...figureLines(rows), ...profiles.flatMap(profileLines), "", machine()].join("\n"));
  if (options.json !== undefined) {
    const kept = { machine: [before, machine()], options, figures, rows, runs, profiles };
    await writeFile(options.json, `${JSON.stringify(kept, null, 2)}\n`);
  }
  if (options.check && missed.length > 0) {
    console.error(`Missed: ${missed.map(({ title }) => title).join(" · ")}`);
    process.exitCode = 1;
  }
}

/** The parts in turn, so that whatever else the machine does meets all of them alike. */
async function* measured(options: Options, provider: Provider, profiles: PhaseProfile[]): AsyncGenerator<Figures> {
  const wanted = new Set(options.parts);
  for (let run = 1; run <= options.runs; run++) {
    console.error(`run ${run} of ${options.runs}`);
    for (const [name, part] of Object.entries({ w: workload, ingest, cluster })) {
      if (!wanted.has(name as Part)) continue;
      if (options.profile) {
        const { figures, profiles: found } = await profiled(part, options, provider);
        profiles.push(...found);
        yield figures;
      } else yield await part(options, provider);
    }
    if (wanted.has("floors")) yield await floors(options, provider);
    if (wanted.has("ingest") && !options.profile) yield await hooksFloor(options);
    if (wanted.has("backlog")) yield await backlog(options, provider);
  }
  if (wanted.has("cluster-backlog")) yield await clusterBacklog(options, provider);
  if (wanted.has("store")) yield await store(options, options.runs, provider);
}

function machine(): string {
  const [cpu] = cpus();
  const load = loadavg().map((average) => average.toFixed(1));
  return `${cpus().length} × ${cpu?.model ?? "CPU"}, Node.js ${process.versions.node}, load ${load.join(" ")}`;
}

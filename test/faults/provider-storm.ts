import { readLedger } from "./ledger.js";
import { judge, type Verdict } from "./oracle.js";
import { providerAnswers } from "./provider-answers.js";
import { efforts, storms } from "./provider-effort.js";
import { cutLine, lines } from "./provider-lines.js";
import { ProviderRun } from "./provider-run.js";
import { percentile, Watch } from "./provider-watch.js";
import { weathers, type Weather } from "./provider-weather.js";
import { until } from "./pulse.js";

const opensWithin = 60_000;

export interface StormReport extends Verdict {
  answers: number;
  messages: number;
  opened: number;
  closed: number;
  /** Milliseconds that 95 and 99 of a hundred lists of the API took at most, while all was well and during the storms. */
  lists: Record<"calm" | "storm", { p95: number; p99: number; count: number }>;
  /** Per weather: sendings, attempts, attempts that would do, doubts, held. */
  efforts: Record<string, number[]>;
}

/** Puts the real program through every weather of its provider, for `size` people each, and asks the oracle. */
export async function providerStorm(options: {
  size: number;
  seed: number;
  /** Whether a weather or a line takes part; all do if not said. */
  only?: (name: string) => boolean;
}): Promise<StormReport> {
  const { size, seed, only = () => true } = options;
  const { answers, violations: wrong } = await providerAnswers(seed);
  return ProviderRun.play(seed, async (run) => {
    const { provider, workspace } = run;
    const watch = new Watch(run.server.url, workspace.key).begin();
    try {
      await run.call("calm", size);
      await run.rest();
      for (const weather of weathers.filter(({ name }) => only(name))) await blow(run, watch, weather, { size, seed });
    } finally {
      await watch.end();
    }
    run.expect(watch.missed === 0, `${watch.missed} questions were not answered 200`);
    const { turns } = run;
    run.expect(turns.opened === turns.closed, `the circuit opened ${turns.opened} times and closed ${turns.closed}`);
    for (const line of lines.filter(only)) await cutLine(run, line, size);
    run.expect((await run.server.stop()) === 0, "the last stop did not end in order");

    const journal = provider.journal();
    const ledger = readLedger(workspace.database);
    const { violations, ...verdict } = judge({ answered: run.answered, journal, ledger });
    const made = efforts(ledger);
    return {
      ...verdict,
      answers,
      messages: journal.length,
      ...turns,
      lists: { calm: told(watch.took.calm), storm: told(watch.took.storm) },
      efforts: Object.fromEntries([...made].map(([name, effort]) => [name, Object.values(effort) as number[]])),
      violations: [...wrong, ...run.violations, ...violations, ...storms(made)],
    };
  });
}

async function blow(
  run: ProviderRun,
  watch: Watch,
  { name, rules, lasts, opens, crowd = 1 }: Weather,
  { size, seed }: { size: number; seed: number },
): Promise<void> {
  const before = run.turns.opened;
  const opened = (): boolean => run.turns.opened > before;
  await run.provider.behave({ seed, rules });
  watch.weather = "storm";
  await run.call(name, size * crowd);
  if (lasts === "to-the-end") await run.rest();
  else await until(opened, opensWithin);
  if (opens !== undefined) run.expect(opened() === opens, `${name}: the circuit ${opens ? "did not open" : "opened"}`);
  watch.weather = "calm";
  await run.provider.behave({ seed, rules: [] });
  await run.rest();
}

function told(took: readonly number[]): { p95: number; p99: number; count: number } {
  const [p95, p99] = [percentile(took, 95), percentile(took, 99)].map((value) => Math.round(value * 10) / 10);
  return { p95: p95 ?? 0, p99: p99 ?? 0, count: took.length };
}

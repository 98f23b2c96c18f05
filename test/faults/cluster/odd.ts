import { resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Caller } from "../caller.js";
import { judge } from "../oracle.js";
import { until } from "../pulse.js";
import { Random } from "../random.js";
import { ServerProcess } from "../server.js";
import type { SuiteReport } from "../suite-report.js";
import { steps } from "../workspace.js";
import { lease } from "./cluster.js";
import { readClusterLedger } from "./ledger.js";
import { rest } from "./rest.js";
import { Site } from "./site.js";

const skew = resolve("dist/test/faults/cluster/skew.js");

interface Play {
  site: Site;
  seed: number;
  /** Notes what should not have been, unless `holds`. */
  expect(holds: boolean, sentence: string): void;
}

const cases = { startTogether, noWorker, sameName, wrongClocks, noPrimary };

/** Plays each odd case `size` times, each time on a database of its own. */
export async function odd({ size, seed }: { size: number; seed: number }): Promise<SuiteReport & { cases: number }> {
  const violations: string[] = [];
  for (let round = 0; round < size; round++) {
    for (const [name, play] of Object.entries(cases)) {
      const expect = (holds: boolean, sentence: string): void => {
        if (!holds) violations.push(`${name}: ${sentence}`);
      };
      await Site.with({ members: 3, lease }, (site) => play({ site, seed: seed + round, expect }));
    }
  }
  return { violations, cases: size * Object.keys(cases).length };
}

/** Four nodes find an empty database at the same moment: it is set up once, and the project is published once. */
async function startTogether({ site, expect }: Play): Promise<void> {
  const names = ["one", "two", "three", "four"];
  const nodes = await Promise.all(names.map((name) => site.put({ name, role: "all" })));
  const failed = nodes.flatMap(({ failedStarts }) => failedStarts);
  expect(failed.length === 0, `a start failed: ${failed[0]}`);
  for (const [collection, count] of [
    ["sequences", 2],
    ["sequenceVersions", 2],
  ] as const) {
    const found = await site.books.count(collection);
    expect(found === count, `${found} ${collection} instead of ${count}`);
  }
}

/** What is accepted while nobody works is done as soon as somebody comes. */
async function noWorker(play: Play): Promise<void> {
  const { site, expect } = play;
  const api = await site.put({ name: "api", role: "api" });
  const key = await site.key();
  const caller = new Caller(() => api.url, key, new Random(play.seed), "c");
  for (const size of [1, 20]) await caller.call(size);
  // Long enough for somebody who should not to have begun.
  await pause(2_000);
  expect(site.provider.journal().length === 0, "a node that only listens has sent messages");
  expect((await site.books.due()).length === 21, "what was accepted is not due");
  await site.put({ name: "worker", role: "worker" });
  await rest([api], key);
  await judged(play, [caller], 21);
}

/** Two processes of one name: one of them goes on, the other ends with a sentence. */
async function sameName({ site, expect }: Play): Promise<void> {
  const { file } = await site.workspace.config("twin");
  const first = await ServerProcess.start(file, { args: ["--role", "worker"] });
  const other = await site.workspace.config("twin");
  const second = await ServerProcess.start(other.file, { args: ["--role", "worker"] }).catch(
    (cause: unknown) => cause as Error,
  );
  try {
    if (second instanceof Error) {
      expect(/twin/.test(second.message) && !/\n {4}at /.test(second.message), `no sentence: ${second.message}`);
      return;
    }
    const ended = await Promise.race([first.ended(), pause(3 * lease * 1_000, "nobody")]);
    expect(ended === 1, `two nodes of one name work side by side (${ended})`);
    expect(/twin/.test(first.log), `no sentence: ${first.log.slice(-500)}`);
  } finally {
    await first.end();
    if (!(second instanceof Error)) await second.end();
  }
}

/** A clock that is wrong by more than five seconds is refused at the start; two that are wrong by less work together. */
async function wrongClocks(play: Play): Promise<void> {
  const { site, expect } = play;
  for (const wrong of [7_000, -7_000, 3_600_000]) {
    const { file } = await site.workspace.config("late");
    const started = await ServerProcess.start(file, skewed(wrong)).catch((cause: unknown) => cause as Error);
    const isRefused = started instanceof Error && /clock/i.test(started.message) && !/\n {4}at /.test(started.message);
    expect(
      isRefused,
      `a clock that is wrong by ${wrong} ms: ${started instanceof Error ? started.message : "started"}`,
    );
    if (!(started instanceof Error)) await started.end();
  }
  const early = await site.put({ name: "early", role: "all" }, skewed(2_000));
  const late = await site.put({ name: "late", role: "all" }, skewed(-2_000));
  const key = await site.key();
  const callers = [early, late].map(({ url, name }) => new Caller(() => url, key, new Random(play.seed), name));
  await Promise.all(callers.map((caller) => caller.call(50)));
  await rest([early, late], key);
  await judged(play, callers, 100);
}

function skewed(wrong: number): { imports: string[]; env: Record<string, string> } {
  return { imports: [skew], env: { SKEW: String(wrong) } };
}

/** A node that is started while the database has no primary says so, and comes up when there is one again. */
async function noPrimary({ site, expect }: Play): Promise<void> {
  const [kept, ...others] = site.set.members;
  if (!kept) throw new Error("A replica set has members");
  await Promise.all(others.map((member) => member.end()));
  // Until the one that is left has noticed, it answers as before.
  await until(async () => !(await site.set.isPrimary(kept)), 30_000);
  const started = site.put({ name: "early", role: "all" });
  started.catch(() => undefined);
  await until(() => site.nodes.some(({ failedStarts }) => failedStarts.length > 0), 15_000);
  const failed = site.nodes.flatMap(({ failedStarts }) => failedStarts);
  expect(
    failed.every((words) => !/\n {4}at /.test(words)),
    `a start failed without a sentence: ${failed[0]}`,
  );
  await Promise.all(others.map((member) => member.start()));
  await started;
}

/** Three witnesses, after everybody was stopped in order. */
async function judged({ site, expect }: Play, callers: readonly Caller[], people: number): Promise<void> {
  for (const node of site.nodes) expect((await node.stop()).code === 0, `the stop of ${node.name} failed`);
  const journal = site.provider.journal();
  const ledger = await readClusterLedger(site.database);
  const verdict = judge({ answered: callers.flatMap(({ answered }) => answered), journal, ledger });
  for (const violation of verdict.violations) expect(false, violation);
  expect(verdict.uncertain === 0, `${verdict.uncertain} calls ended uncertain although nothing happened`);
  expect(journal.length === people * steps.length, `${journal.length} messages for ${people} people`);
}

import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "tap";
import type { Ground } from "../../../core/cli/conformance/ground.js";
import { runSuites, suiteNames } from "../../../core/cli/conformance/run-suites.js";
import { installedParts } from "../../../core/cli/parts.js";
import { fakeShell, furrow, temporaryFolder } from "./fake-shell.js";
import { run } from "../../../core/cli/run.js";

function folder(t: Parameters<typeof temporaryFolder>[0]): string {
  const cwd = temporaryFolder(t);
  writeFileSync(join(cwd, "own.yaml"), "sqlite: { file: ./data/furrow.db }\n");
  return cwd;
}

test("a suite runs beside the configured file, and leaves nothing behind", async (t) => {
  const cwd = folder(t);
  mkdirSync(join(cwd, "data"));
  writeFileSync(join(cwd, "data", "furrow.db"), "nobody may touch this");
  const { code, out, err } = await furrow(
    ["conformance", "--against", "own.yaml", "--only", "jobs", "--json"],
    installedParts,
    { cwd },
  );
  t.equal(code, 0, err);
  const { place, passed, failed, tests } = JSON.parse(out) as {
    place: string;
    passed: number;
    failed: number;
    tests: { suite: string; passed: boolean; reason: string | null }[];
  };
  t.match(place, join(cwd, "data", "furrow_conformance_"));
  t.ok(passed > 15);
  t.equal(failed, 0);
  t.equal(tests.length, passed);
  t.ok(tests.every(({ suite, reason }) => suite === "jobs" && reason === null));
  t.match(err, /^The suites run in .*, which is removed afterwards\.\nok {3}jobs /);
  t.notOk(existsSync(place));
  t.same(readdirSync(join(cwd, "data")), ["furrow.db"]);
});

test("what fails is told with its reason", async (t) => {
  const broken = () => Promise.reject(new Error("The disk is full"));
  const ground = { isShared: true, store: broken, schedulers: broken, servers: broken } as unknown as Ground;
  const told: string[] = [];
  const verdicts = await runSuites(
    ground,
    suiteNames,
    () => told.length === 100,
    ({ name }) => told.push(name),
  );
  t.equal(verdicts.length, 100, "it ends when it is asked to");
  t.ok(verdicts.every(({ passed, reason }) => !passed && reason === "The disk is full"));
});

test("with a failure the exit code is 1", async (t) => {
  const broken = { ...installedParts, createRuntime: () => Promise.reject(new Error("The port is taken")) };
  const { code, out, err } = await furrow(["conformance", "--config", "own.yaml", "--only", "pipeline"], broken, {
    cwd: folder(t),
  });
  t.equal(code, 1);
  t.match(out, /^0 passed, 1[2-9] failed\n$/);
  t.match(err, /^FAIL pipeline a call makes .*\n {5}The port is taken$/m);
});

test("the suites of servers beside each other run only where there can be some", async (t) => {
  const names = async (isShared: boolean): Promise<string[]> => {
    const broken = () => Promise.reject(new Error("not asked for"));
    const ground = { isShared, servers: broken } as unknown as Ground;
    const verdicts = await runSuites(
      ground,
      ["pipeline"],
      () => false,
      () => undefined,
    );
    return verdicts.map(({ name }) => name);
  };
  const [alone, shared] = [await names(false), await names(true)];
  t.ok(alone.length >= 12);
  t.ok(shared.length >= alone.length + 5);
  t.ok(shared.some((name) => name.includes("both")));
});

test("interrupted, it leaves nothing behind either", async (t) => {
  const cwd = folder(t);
  const shell = fakeShell(["conformance", "--config", "own.yaml", "--only", "jobs"], { cwd });
  const running = run(shell, installedParts);
  while (!shell.err.join("").includes("ok ")) await new Promise((resolve) => setTimeout(resolve, 5));
  shell.alarms.emit("SIGINT");
  t.equal(await running, 130);
  t.match(shell.err.join(""), /Interrupted\.\nNothing is left behind\.\n$/);
  t.same(readdirSync(join(cwd, "data")), []);
});

test("an unknown suite is a usage error", async (t) => {
  const { code, err } = await furrow(["conformance", "--only", "store,job"], installedParts, { cwd: folder(t) });
  t.equal(code, 64);
  t.match(err, /There is no suite "job"/);
});

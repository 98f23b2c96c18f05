import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Test } from "tap";
import { until } from "../../../../core/contracts/suites/jobs-parts.js";
import { mongodbAgendaBackend } from "../../../../core/stores/mongodb/jobs.js";
import { onGround, openGround } from "./cluster.js";

const program = fileURLToPath(new URL("node-process.js", import.meta.url));
const lease = 2_000;

/** A node in a process of its own. The test ends it. */
async function started(t: Test, name: string, hold: number) {
  const { url } = await openGround();
  const child = spawn(process.execPath, [program, url, name, String(lease), String(hold)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines: string[] = [];
  child.stdout.setEncoding("utf8");
  let printed = "";
  child.stdout.on("data", (chunk: string) => {
    printed += chunk;
    lines.splice(0, lines.length, ...printed.split("\n").slice(0, -1));
  });
  t.teardown(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGCONT");
    child.kill("SIGKILL");
    await once(child, "exit");
  });
  await until(() => lines.includes("ready"), 30_000);
  return { child, lines, says: (start: string) => lines.filter((line) => line.startsWith(start)) };
}

async function alarms() {
  const { database } = await openGround();
  return mongodbAgendaBackend(database).alarms;
}

onGround("what a killed process held runs elsewhere within its lease", async (t) => {
  const killed = await started(t, "killed", 60_000);
  await (await alarms()).set("job", "one", Date.now(), true);
  await until(() => killed.says("run one").length === 1);
  const other = await started(t, "other", 0);
  killed.child.kill("SIGKILL");
  const at = performance.now();
  await until(() => other.says("ran one").length === 1, 20_000);
  const waited = performance.now() - at;
  t.comment(`${Math.round(waited)} ms after the kill, with a lease of ${lease} ms`);
  t.ok(waited < 2 * lease, `${waited} ms`);
  t.same(other.says("took"), ["took one"]);
});

onGround("a process that starts again under its name takes up at once what it held", async (t) => {
  const killed = await started(t, "same", 60_000);
  await (await alarms()).set("job", "one", Date.now(), true);
  await until(() => killed.says("run one").length === 1);
  killed.child.kill("SIGKILL");
  await once(killed.child, "exit");
  const again = await started(t, "same", 0);
  await until(() => again.says("ran one").length === 1, 5_000);
  t.same(again.says("took"), ["took one"]);
});

onGround(
  "a process that was stopped for longer than its lease finds its work done by others when it goes on",
  async (t) => {
    const frozen = await started(t, "frozen", 1_000);
    const other = await started(t, "other", 0);
    const alarm = await alarms();
    for (let n = 0; frozen.says("run").length === 0; n += 1) {
      await alarm.set("job", `${n}`, Date.now(), true);
      await until(() => frozen.says("run").length + other.says("run").length > n);
    }
    frozen.child.kill("SIGSTOP");
    const [, id = ""] = frozen.says("run")[0]?.split(" ") ?? [];
    await until(() => other.says(`ran ${id}`).length === 1, 20_000);
    await until(async () => (await alarm.list("job", [id])).size === 0);
    frozen.child.kill("SIGCONT");
    await until(() => frozen.says("log").some((line) => /taken for dead/.test(line)), 10_000);
    await until(() => frozen.says("log").some((line) => /was not written/.test(line)), 10_000);
    t.equal(other.says(`ran ${id}`).length, 1);
    t.same(await alarm.list("job", [id]), new Map());
    frozen.child.kill("SIGTERM");
    await once(frozen.child, "exit");
  },
);

onGround("a second live process under one name does not start", async (t) => {
  await started(t, "same", 0);
  const { url } = await openGround();
  const second = spawn(process.execPath, [program, url, "same", String(lease), "0"], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  second.stderr.setEncoding("utf8").on("data", (chunk: string) => (said += chunk));
  await once(second, "exit");
  t.match(said, /Another process runs as the node same \(process \d+ on .*\): end that one/);
});

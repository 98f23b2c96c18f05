// Runs the compiled tests by tap. Arguments select test files by a part of their path: `npm test -- core/pipeline`.
// MONGODB_URL names the replica set for tests that need one; without it a mongod on PATH is started as one, and with neither they are skipped.
// One line per file, failures in full, the coverage floors when all files ran, and a last line that counts tests, not assertions.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { Parser } from "tap-parser";
import { floorFailures, forgetReport } from "./coverage.mjs";
import { alone } from "./lock.mjs";
import { filesBelow, root } from "./root.mjs";
import { failuresOf, indent, tally, watch } from "./tally.mjs";

const selectors = process.argv.slice(2).filter((argument) => argument !== "--coverage");
const withCoverage = selectors.length === 0 || process.argv.includes("--coverage");
const all = filesBelow("dist/test").filter((file) => file.endsWith(".test.js"));
const chosen =
  selectors.length === 0 ? all : all.filter((file) => selectors.some((selector) => sourceOf(file).includes(selector)));

// One run at a time: tap keeps its coverage data in one folder of the clone.
process.exitCode = await alone("test", () => withMongodb(() => runTests(chosen)));

async function withMongodb(work) {
  if (process.env.MONGODB_URL) return work();
  if (!onPath("mongod")) {
    if (process.env.REQUIRE_MONGOD === "1") {
      console.log(
        "FAIL REQUIRE_MONGOD is set, and there is neither MONGODB_URL nor a mongod on PATH\n0 passed, 1 failed",
      );
      return 1;
    }
    console.log("SKIPPING every test of the cluster mode: there is neither MONGODB_URL nor a mongod on PATH");
    return work();
  }
  const { ReplicaSet } = await import("../dist/test/mongod/replica-set.js");
  const set = await ReplicaSet.start();
  process.env.MONGODB_URL = set.url;
  try {
    return await work();
  } finally {
    await set.stop();
  }
}

function onPath(program) {
  return (process.env.PATH ?? "").split(delimiter).some((folder) => folder !== "" && existsSync(join(folder, program)));
}

async function runTests(files) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  if (files.length === 0) fail(total, `no test file matches ${selectors.join(" ") || "test/**/*.test.ts"}`);
  else await runTap(files, total);
  if (withCoverage && files.length > 0) {
    for (const message of floorFailures()) fail(total, message);
  }
  if (total.passed + total.failed === 0) fail(total, "no test ran");
  console.log(`${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ""}`);
  return total.failed > 0 ? 1 : 0;
}

function runTap(files, total) {
  const args = ["run", "--reporter=tap", ...(withCoverage ? [] : ["--disable-coverage"]), ...files];
  forgetReport();
  return new Promise((resolve, reject) => {
    const tap = spawn(process.execPath, ["node_modules/tap/dist/esm/run.mjs", ...args], {
      cwd: root,
      stdio: ["ignore", "pipe", "inherit"],
    });
    const unfinished = new Set(files);
    const parser = new Parser();
    watch(parser, (file) => {
      unfinished.delete(file.name);
      report({ ...file, name: sourceOf(file.name) }, total);
    });
    tap.stdout.pipe(parser, { end: false });
    tap.once("error", reject);
    tap.once("close", (code, signal) => {
      parser.end();
      for (const file of unfinished) fail(total, `${sourceOf(file)} did not finish`);
      if (code !== 0 && total.failed === 0) fail(total, `tap ended with ${code ?? signal}`);
      resolve();
    });
  });
}

function report(file, total) {
  const counts = tally(file);
  for (const key of Object.keys(total)) total[key] += counts[key];
  const { passed, failed, skipped } = counts;
  const tests = passed + failed + skipped;
  const parts = [
    `${tests} ${tests === 1 ? "test" : "tests"}`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
  ];
  // A file that was ended from outside has no time.
  const seconds = file.result.time === null ? "" : `  ${(file.result.time / 1000).toFixed(2)} s`;
  console.log(`${failed > 0 || tests === 0 ? "FAIL" : "ok  "} ${file.name}  ${parts.join(", ")}${seconds}`);
  for (const failure of failuresOf(file)) console.log(`\n${failure}\n`);
  if (failed > 0 && file.printed !== "") console.log(`${file.name} printed\n${indent(file.printed)}\n`);
  if (tests === 0) fail(total, `${file.name} has no tests`);
}

function fail(total, message) {
  console.log(`FAIL ${message}`);
  total.failed += 1;
}

function sourceOf(file) {
  return file.replace(/^dist\//, "").replace(/\.js$/, ".ts");
}

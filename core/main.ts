#!/usr/bin/env node
// Nothing else may be imported here: on an old Node.js the rest, with its native parts, must never be loaded.
import { nodeProblem } from "./cli/node-version.js";
import { restartWithHeap } from "./cli/restart.js";

const problem = nodeProblem(process.versions.node);
if (problem === undefined) {
  restartWithHeap(process);
  // Of packages: Node.js keeps these to itself where packages lie in files of their own.
  process.noDeprecation = true;
  const { enableCompileCache } = await import("node:module");
  enableCompileCache();
  const [{ run }, { finish, processShell }] = await Promise.all([import("./cli/run.js"), import("./cli/shell.js")]);
  await finish(await run(processShell()));
} else {
  process.stderr.write(`${problem}\n`);
  process.exitCode = 1;
}

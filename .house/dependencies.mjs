// Runs dependency-cruiser over all sources and says of each forbidden import why it is forbidden.
import { existsSync } from "node:fs";
import { filesBelow, pinnedNode, root, sourceFolders } from "./root.mjs";
import { run } from "./run.mjs";

const { code, stdout, stderr } = await run(
  pinnedNode,
  [
    "node_modules/dependency-cruiser/bin/dependency-cruiser.mjs",
    "--config",
    ".house/dependency-rules.cjs",
    "--output-type",
    "json",
    ...sourceFolders.filter((folder) => existsSync(`${root}/${folder}`)),
  ],
  { capture: true },
);
if (!stdout.startsWith("{")) {
  console.error(`dependency-cruiser ended with ${code}\n${stdout}${stderr}`);
  process.exit(1);
}

const { modules, summary } = JSON.parse(stdout);
const reasons = new Map(summary.ruleSetUsed.forbidden.map(({ name, comment }) => [name, comment]));
for (const { from, to, rule, cycle } of summary.violations) {
  const target = cycle === undefined ? to : cycle.map(({ name }) => name).join(" → ");
  console.error(from === to ? from : `${from} → ${target}`);
  console.error(`    ${rule.name}: ${reasons.get(rule.name)}`);
}

// With a compiler it does not understand the tool sees no module at all, and reports success.
const cruised = new Set(modules.map(({ source }) => source));
const unseen = ["core", "plugins", "connectors"]
  .flatMap(filesBelow)
  .filter((file) => file.endsWith(".ts") && !cruised.has(file));
if (unseen.length > 0)
  console.error(`dependency-cruiser did not look at ${unseen.length} files: ${unseen.slice(0, 5).join(", ")}`);
process.exitCode = summary.violations.length > 0 || unseen.length > 0 ? 1 : 0;

import { parseArgs } from "node:util";
import { suites } from "./suites.js";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { runs: { type: "string" }, kills: { type: "string" }, seed: { type: "string" } },
});
const [name = "kill"] = positionals;
const suite = Object.hasOwn(suites, name) ? suites[name] : undefined;
const size = Number(values.runs ?? values.kills ?? suite?.size);
const seed = Number(values.seed ?? Date.now() % 2 ** 31);
if (!suite || positionals.length > 1 || !Number.isInteger(size) || size < 1 || !Number.isInteger(seed)) {
  console.error("Usage: npm run faults -- [suite] [--runs N] [--seed S]    (--kills is another word for --runs)\n");
  for (const [known, { counts, size: usual }] of Object.entries(suites))
    console.error(`  ${known.padEnd(12)} N: ${counts}, ${usual} if not said`);
  process.exit(64);
}

console.log(`${name}: ${size}, seed ${seed}`);
const { violations, ...figures } = await suite.run({ size, seed });
for (const [figure, value] of Object.entries(figures))
  console.log(`  ${figure}: ${typeof value === "number" ? Math.round(value) : JSON.stringify(value)}`);
for (const violation of violations.slice(0, 50)) console.log(`  VIOLATION ${violation}`);
console.log(
  violations.length === 0
    ? `${name}: every invariant holds`
    : `${name}: ${violations.length} violations (npm run faults -- ${name} --runs ${size} --seed ${seed})`,
);
process.exitCode = violations.length === 0 ? 0 : 1;

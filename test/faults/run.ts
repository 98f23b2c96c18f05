import { parseArgs } from "node:util";
import { killLoop } from "./kill.js";

const { values } = parseArgs({
  options: { kills: { type: "string", default: "60" }, seed: { type: "string" } },
});
const kills = Number(values.kills);
const seed = Number(values.seed ?? Date.now() % 2 ** 31);
if (!Number.isInteger(kills) || kills < 1 || !Number.isInteger(seed)) {
  console.error("Usage: npm run faults -- [--kills N] [--seed S]");
  process.exit(64);
}

console.log(`kill: ${kills} kills, seed ${seed}`);
const report = await killLoop({ kills, seed });
const { violations, ...figures } = report;
for (const [name, value] of Object.entries(figures))
  console.log(`  ${name}: ${typeof value === "object" ? JSON.stringify(value) : Math.round(value)}`);
for (const violation of violations.slice(0, 50)) console.log(`  VIOLATION ${violation}`);
console.log(
  violations.length === 0
    ? "kill: every invariant holds"
    : `kill: ${violations.length} violations (npm run faults -- --kills ${kills} --seed ${seed})`,
);
process.exitCode = violations.length === 0 ? 0 : 1;

import { existsSync, readFileSync, rmSync } from "node:fs";
import { filesBelow, root } from "./root.mjs";

const reportFile = `${root}/.tap/report/coverage-summary.json`;
const floor = 95;
const folders = ["core/pipeline", "core/stores"];
const kinds = ["lines", "branches"];

/** Removes the last run's report, which must not be taken for the coming one's. */
export function forgetReport() {
  rmSync(reportFile, { force: true });
}

/** Prints the coverage of the folders that have a floor; answers a sentence for each that lies below it. */
export function floorFailures() {
  const report = readReport();
  const failures = [];
  for (const folder of folders) {
    const files = filesBelow(folder).filter((file) => file.endsWith(".ts") && hasCode(file));
    // A file that no test loads is missing from the report, which must not raise the figure.
    failures.push(...files.filter((file) => !(file in report)).map((file) => `coverage: no test loads ${file}`));
    const covered = kinds.map((kind) => ({
      kind,
      percent: percentOf(
        kind,
        Object.keys(report).filter((file) => file.startsWith(`${folder}/`)),
        report,
      ),
    }));
    console.log(
      `coverage ${folder}: ${covered.map(({ kind, percent }) => `${percent.toFixed(1)} % of ${kind}`).join(", ")}`,
    );
    for (const { kind, percent } of covered) {
      if (percent < floor)
        failures.push(`coverage: ${folder} has ${percent.toFixed(1)} % of its ${kind}, below ${floor} %`);
    }
  }
  return failures;
}

function readReport() {
  if (!existsSync(reportFile)) return {};
  const entries = Object.entries(JSON.parse(readFileSync(reportFile, "utf8")));
  return Object.fromEntries(
    entries
      .filter(([path]) => path.startsWith(`${root}/`))
      .map(([path, counts]) => [path.slice(root.length + 1), counts]),
  );
}

function percentOf(kind, files, report) {
  const sum = (part) => files.reduce((total, file) => total + report[file][kind][part], 0);
  const total = sum("total");
  return total === 0 ? 100 : (100 * sum("covered")) / total;
}

// A file of types alone compiles to an empty module, which nothing ever loads.
function hasCode(file) {
  const compiled = `${root}/dist/${file.replace(/\.ts$/, ".js")}`;
  return (
    existsSync(compiled) &&
    !/^\s*export \{\};\s*$/.test(readFileSync(compiled, "utf8").replace(/^\s*\/\/.*$|\/\*[^]*?\*\//gm, ""))
  );
}

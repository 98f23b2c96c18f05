// Checks what no test sees: format, lint rules, dependency rules, types. Every check runs, also after one that failed.
import { pinnedNode } from "./root.mjs";
import { run } from "./run.mjs";

const checks = {
  "format (npm run format mends it)": ["node_modules/prettier/bin/prettier.cjs", "--check", "--log-level", "warn", "."],
  "lint rules": [
    "node_modules/eslint/bin/eslint.js",
    "--config",
    ".house/eslint.config.mjs",
    "--max-warnings",
    "0",
    ".",
  ],
  "dependency rules": [".house/dependencies.mjs"],
  // A file of its own for what the compiler remembers: the build's would say that dist is up to date when it is not.
  types: ["node_modules/typescript/bin/tsc", "--noEmit", "--tsBuildInfoFile", "node_modules/.cache/furrow-types.json"],
};

const results = await Promise.all(
  Object.entries(checks).map(async ([name, command]) => ({
    name,
    ...(await run(pinnedNode, command, { capture: true })),
  })),
);
for (const { name, code, stdout, stderr } of results) {
  console.log(`${code === 0 ? "ok  " : "FAIL"} ${name}`);
  if (code !== 0) console.log(`${stdout}${stderr}`);
}
process.exitCode = results.every(({ code }) => code === 0) ? 0 : 1;

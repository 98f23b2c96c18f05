import t from "tap";
import { nodeProblem } from "../../../core/cli/node-version.js";

t.test("Node.js 22.19 and newer may run", async (t) => {
  for (const version of ["22.19.0", "22.20.1", "23.0.0", "24.21.0", "100.0.0"])
    t.equal(nodeProblem(version), undefined, version);
});

t.test("older ones are refused with a sentence and a hint", async (t) => {
  for (const version of ["18.20.4", "20.20.2", "22.18.9", "0.12.18"]) {
    const lines = nodeProblem(version)?.split("\n") ?? [];
    t.match(lines[0], `Furrow needs Node.js 22.19 or newer, and this is ${version}.`);
    t.equal(lines.length, 2);
  }
});

import { test } from "tap";
import { explain, ruleNames } from "../../../core/config/rules.js";
import { brokenProjects } from "./broken-projects.js";
import { brokenSources } from "./broken-sources.js";
import { brokenServerConfigs } from "./broken-server-configs.js";
import { projectProblems, serverProblems } from "./reading.js";

/** Said by step types, which are fakes here. */
const ofSteps = [
  "schema",
  "template-syntax",
  "unknown-field",
  "unknown-filter",
  "unknown-tag",
  "unknown-template",
  "unknown-variable",
];

for (const { name, given, said } of brokenServerConfigs) {
  test(`server config: ${name}`, async (t) => {
    t.equal(await serverProblems(t, given), said);
  });
}

for (const { name, given, said } of [...brokenProjects, ...brokenSources]) {
  test(`project: ${name}`, async (t) => {
    t.equal(await projectProblems(t, given), said);
  });
}

test("every rule is explained, and every explained rule is shown by one of the broken configurations", async (t) => {
  const said = [...brokenServerConfigs, ...brokenProjects, ...brokenSources].map((broken) => broken.said).join("\n");
  const shown = new Set([...said.matchAll(/ {2}\(([a-z-]+)\)$/gm)].map(([, rule = ""]) => rule));
  t.same([...shown, ...ofSteps].sort(), ruleNames());
  for (const rule of ruleNames()) t.match(explain(rule), /\S.*\n\n {2}\S/s, rule);
  t.equal(explain("no-such-rule"), undefined);
  t.equal(explain("constructor"), undefined);
});

import t from "tap";
import { ruleNames } from "../../../core/config/rules.js";
import { furrow, serverConfig } from "./fake-shell.js";

const problem = { file: "a.yaml", line: 1, column: 2, rule: "bad-value", message: "`name` must be a text", hint: null };

t.test("problems of the project are listed with exit code 3", async (t) => {
  const parts = {
    readServerConfig: async () => ({ config: serverConfig() }),
    readProject: async () => ({ problems: [problem, { ...problem, line: 7, hint: "Quote it" }] }),
  };
  const text = await furrow(["lint"], parts);
  t.equal(text.code, 3);
  t.match(text.out, /^a\.yaml:1:2 +`name` must be a text +\(bad-value\)\na\.yaml:7:2 .*\n {2}Quote it\n$/);
  const json = await furrow(["lint", "--json"], parts);
  t.equal(json.code, 3);
  t.same(JSON.parse(json.out), { problems: [problem, { ...problem, line: 7, hint: "Quote it" }] });
});

t.test("problems of the server config do not hide those of the project", async (t) => {
  const parts = {
    readServerConfig: async () => ({ problems: [problem], forProject: serverConfig() }),
    readProject: async () => ({ problems: [{ ...problem, file: "b.yaml" }] }),
  };
  t.match(JSON.parse((await furrow(["lint", "--json"], parts)).out), {
    problems: [{ file: "a.yaml" }, { file: "b.yaml" }],
  });
  const alone = { ...parts, readServerConfig: async () => ({ problems: [problem] }) };
  t.equal(JSON.parse((await furrow(["lint", "--json"], alone)).out).problems.length, 1);
  const sound = { ...parts, readProject: async () => ({ project: {} as never }) };
  t.equal((await furrow(["lint"], sound)).code, 3);
});

t.test("without problems it says so", async (t) => {
  const parts = {
    readServerConfig: async () => ({ config: serverConfig() }),
    readProject: async () => ({ project: {} as never }),
  };
  t.same(await furrow(["lint"], parts), { code: 0, out: "No problems.\n", err: "" });
  t.same(JSON.parse((await furrow(["lint", "--json"], parts)).out), { problems: [] });
});

t.test("a rule is explained; an unknown one gets a suggestion", async (t) => {
  for (const rule of ruleNames()) t.ok((await furrow(["lint", "--explain", rule])).out.length > 40, rule);
  const { code, err } = await furrow(["lint", "--explain", "bad-valeu"]);
  t.equal(code, 64);
  t.equal(err, 'There is no rule "bad-valeu".\nDid you mean "bad-value"?\n');
});

import { join } from "node:path";
import { test, type Test } from "tap";
import { formatProblem } from "../../../core/config/problem.js";
import type { ConfiguredSource } from "../../../core/config/sources.js";
import { readYaml } from "../../../core/config/yaml-file.js";
import type { LoadedSource } from "../../../core/contracts/source.js";
import { builtInPlugins } from "../../../core/loader/built-in.js";
import { relocated, sourceLoader } from "../../../core/loader/source-loader.js";
import { home } from "../../plugins/stage.js";

/** A plugin as a stranger writes one, in plain JavaScript and with a schema of their own. */
const plugin = (changes = "") => `
const plugin = {
  api: 1,
  name: "strange",
  options: { "~standard": { version: 1, vendor: "own", validate: async (value) =>
    value.colour === undefined
      ? { issues: [{ message: "No colour, only " + value.secret, path: [{ key: "nested" }, "colour"] }, { message: "Bad", rule: "unknown-key", hint: "Ask " + value.secret, path: ["secret"] }] }
      : { value } } },
  connector: (options, home) => ({ verify() {}, receive: () => [], sign: () => ({ url: home.url }) }),
  translate: () => ({ commands: [], reason: "no_rule", notes: [] }),
};
${changes}
export default plugin;
`;

const source = "use: x\noptions:\n  secret: abcdef\n  nested: { other: 1 }\n";

interface Given {
  use?: string;
  options?: unknown;
  failed?: ConfiguredSource["failed"];
}

async function load(folder: string, { use = "./strange.js", options = { colour: "red" }, failed = [] }: Given = {}) {
  const { yaml } = readYaml("sources/x.yaml", source);
  if (!yaml) throw new Error("The source is no YAML");
  const configured: ConfiguredSource = {
    name: "x",
    use,
    status: "paused",
    options,
    folder,
    yaml,
    failed,
    brought: ["abcdef"],
  };
  return sourceLoader({ known: async () => import("./known-plugin.js") })(configured, { ...home, name: "x" });
}

async function loaded(folder: string, given: Given = {}): Promise<LoadedSource> {
  const result = await load(folder, given);
  if ("problems" in result) throw new Error(result.problems.map(formatProblem).join("\n"));
  return result.source;
}

async function said(folder: string, given: Given = {}): Promise<string> {
  const result = await load(folder, given);
  return "problems" in result ? result.problems.map(formatProblem).join("\n") : "";
}

const file = (t: Test, text: string) => t.testdir({ "strange.js": text, "package.json": '{"type":"module"}' });

test("a plugin in a file, by its path from the source's own", async (t) => {
  const folder = file(t, plugin());
  const one = await loaded(folder);
  t.match(one, {
    name: "x",
    use: "./strange.js",
    connectorName: "strange",
    status: "paused",
    options: { colour: "red" },
  });
  t.equal(one.plugin.name, "strange");
  t.equal((await loaded(join(folder, "below"), { use: "../strange.js" })).plugin, one.plugin);
  t.equal((await loaded("/", { use: join(folder, "strange.js") })).plugin, one.plugin);
  t.equal((await loaded(folder, { options: { colour: 1, connector: "shop" } })).connectorName, "shop");
});

test("a plugin of ours, by its name", async (t) => {
  t.equal((await loaded(t.testdir({}), { use: "known" })).plugin.name, "known");
  t.same(Object.keys(builtInPlugins), ["orders", "bookings", "rest"]);
});

test("a source that moves to where the server listens", async (t) => {
  const one = await loaded(file(t, plugin()));
  const there = relocated(one, "http://127.0.0.1:4711");
  t.equal(there.home.url, "http://127.0.0.1:4711/webhooks/x");
  t.same(there.connector.sign(Buffer.from(""), {}, 0), { url: there.home.url });
  t.match(one.home.url, /^https:\/\/furrow/);
});

test("a package, installed at the project or above it", async (t) => {
  const manifests: Record<string, object> = {
    "by-main": { main: "lib.js" },
    "by-default": {},
    "by-text": { exports: "./lib.js" },
    "by-condition": { exports: { types: "./no.d.ts", require: "./no.cjs", import: { default: "./lib.js" } } },
    "by-subpath": {
      exports: { "./other": "./no.js", ".": [{ browser: "./no.js" }, { node: { import: "./lib.js" } }] },
    },
    "by-nothing": { exports: { ".": { require: "./no.cjs" } } },
    "by-null": { exports: { ".": null } },
  };
  const packages = Object.fromEntries(
    Object.entries(manifests).map(([name, manifest]) => [
      name,
      {
        "package.json": JSON.stringify({ name, type: "module", ...manifest }),
        [name === "by-default" ? "index.js" : "lib.js"]: plugin(`plugin.name = "${name}";`),
      },
    ]),
  );
  const folder = t.testdir({
    project: { sources: {} },
    node_modules: { ...packages, "@us": { own: { ...packages["by-main"] } } },
  });
  const sources = join(folder, "project/sources");
  for (const name of ["by-main", "by-default", "by-text", "by-condition", "by-subpath"]) {
    t.equal((await loaded(sources, { use: `npm:${name}` })).plugin.name, name);
  }
  t.equal((await loaded(sources, { use: "npm:@us/own" })).plugin.name, "by-main");
  for (const name of ["by-nothing", "by-null"]) {
    t.match(
      await said(sources, { use: `npm:${name}` }),
      `The package \`${name}\` exports nothing that can be imported`,
    );
  }
  t.match(
    await said(sources, { use: "npm:nobody-made-this" }),
    "is not installed  (plugin)\n  Install it: npm install nobody-made-this",
  );
  for (const use of ["npm:", "npm:../x", "npm:by-main/lib.js", "npm:/etc", "https://x.example/p.js", "file:///p.js"]) {
    t.match(
      await said(sources, { use }),
      `There is no plugin \`${use}\`  (plugin)\n  Use known, npm:<package> or ./<file>.js`,
    );
  }
});

test("what is no plugin is told in a sentence", async (t) => {
  const wrong: [changes: string, message: string][] = [
    ["delete plugin.api", "The plugin does not say which api it speaks, and this Furrow speaks api 1"],
    ["plugin.api = 2", "The plugin speaks api 2, and this Furrow speaks api 1"],
    ["plugin.name = ''", "The plugin has no `name`"],
    ["plugin.options = {}", "The plugin's `options` are no Standard Schema"],
    ["plugin.options = null", "The plugin's `options` are no Standard Schema"],
    ["plugin.options['~standard'].version = 2", "The plugin's `options` are no Standard Schema"],
    ["plugin.translate = 1", "The plugin's `translate` is no function"],
    ["delete plugin.connector", "The plugin's `connector` is no function"],
    ["plugin.check = {}", "The plugin's `check` is no function"],
    ["throw new Error('abcdef is down\\nand more')", "The plugin cannot be loaded: … is down"],
    ["throw null", "The plugin cannot be loaded: null"],
    [
      "plugin.connector = () => { throw new Error('Bad key abcdef') }",
      "The plugin does not take its options: Bad key …",
    ],
    ["plugin.check = () => { throw 'abcdef' }", "The plugin does not take its options: …"],
  ];
  const texts = [
    ...wrong.map(([changes]) => plugin(changes)),
    "export const plugin = 1;",
    "export default 5;",
    "export default {",
  ];
  // A module is imported once: each text gets a file of its own.
  const folder = t.testdir({
    "package.json": '{"type":"module"}',
    ...Object.fromEntries(texts.map((text, index) => [`p${index}.js`, text])),
  });
  const lines = await Promise.all(texts.map((_, index) => said(folder, { use: `./p${index}.js` })));
  for (const [index, [changes, message]] of wrong.entries()) {
    t.equal(lines[index]?.split("\n")[0], `sources/x.yaml:1:6  ${message}  (plugin)`, changes);
  }
  const [none, number, broken] = lines.slice(wrong.length);
  t.match(none, "has no plugin as its default export");
  t.match(number, "has no plugin as its default export");
  t.match(broken, "The plugin cannot be loaded: ");
});

test("what a schema or a check has against options stands where they stand, without a secret", async (t) => {
  const folder = file(t, plugin());
  t.equal(
    await said(folder, { options: { secret: "abcdef" } }),
    ["sources/x.yaml:4:11  No colour, only …  (schema)", "sources/x.yaml:3:3  Bad  (unknown-key)", "  Ask …"].join(
      "\n",
    ),
  );
  t.equal(
    await said(folder, { options: {}, failed: [["options", "nested"]] }),
    "sources/x.yaml:3:3  Bad  (unknown-key)\n  Ask undefined",
    "what could not be filled in has been told",
  );
  const checking = t.testdir({
    "checking.js": plugin(
      "plugin.check = () => [{ path: ['secret'], message: 'Odd', line: 1, column: 3 }, { path: [], message: 'No', rule: 'expression', hint: 'Hm' }];",
    ),
    "package.json": '{"type":"module"}',
  });
  t.equal(
    await said(checking, { use: "./checking.js" }),
    "sources/x.yaml:3:13  Odd  (schema)\nsources/x.yaml:3:3  No  (expression)\n  Hm",
  );
});

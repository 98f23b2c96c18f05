const { readdirSync } = require("node:fs");

// What may import what. Each rule says why in its comment, which the check prints beside a violation.

// npm packages with one home each: a change of driver must stay within one room.
const homes = {
  "better-sqlite3": ["core/stores/sqlite/"],
  mongodb: ["core/stores/mongodb/"],
  "@agendajs/mongo-backend": ["core/stores/mongodb/"],
  agenda: ["core/jobs/", "core/stores/[^/]+/"],
  "@sendgrid/[^/]+": ["core/channels/sendgrid(/|[.]ts$)"],
  undici: ["core/channels/", "core/cli/", "core/platform/"],
  "@hapi/hapi": ["core/http/", "plugins/"],
  joi: ["core/config/", "core/http/", "core/steps/", "connectors/", "plugins/"],
  liquidjs: ["core/templates/"],
  "html-to-text": ["core/templates/"],
  "@marcbachmann/cel-js": ["core/expressions/"],
  yaml: ["core/config/", "core/templates/"],
  tsyringe: ["core/(container|tokens|main)[.]ts$", "core/(pipeline|steps)/"],
};

// The rooms of core/ know the contracts and nothing of each other, except these: pure rules that several need, the schemas of
// what a file configures, Agenda's own type, which cannot be a contract of ours, and the foundations, each of which puts the parts of
// one mode together.
const neighbours = {
  foundation: ["config/server-config[.]ts$", "jobs/", "stores/", "system/"],
  config: ["channels/", "expressions/", "people/", "schedule/", "steps/", "templates/"],
  http: ["config/"],
  steps: ["expressions/", "links/", "people/", "schedule/", "templates/"],
  stores: ["jobs/backend[.]ts$"],
  templates: ["expressions/"],
};
// The loader and the command line sit above the rooms, the contracts below.
const noRooms = ["cli", "contracts", "loader"];
const rooms = readdirSync("core", { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !noRooms.includes(entry.name))
  .map((entry) => entry.name);

const oneHomeEach = Object.entries(homes).map(([name, folders]) => ({
  name: `home-of-${name.replace("/[^/]+", "")}`,
  comment: `${name.replace("[^/]+", "*")} is at home in ${folders.join(", ")} only; everything else sees a contract`,
  severity: "error",
  from: { path: "^(core|plugins|connectors)/", pathNot: folders.map((folder) => `^${folder}`) },
  to: { path: `(^|/node_modules/|^node_modules/)(@types/)?${name}(/|$)` },
}));

const arrows = rooms.map((room) => ({
  name: `arrows-of-${room}`,
  comment: "arrows point at core/contracts: rooms meet in core/container.ts, not in each other",
  severity: "error",
  from: { path: `^core/${room}/` },
  to: {
    path: "^(core|connectors)/",
    pathNot: [
      `^core/${room}/`,
      "^core/contracts/(?!suites/)",
      "^core/tokens[.]ts$",
      ...(neighbours[room] ?? []).map((other) => `^core/${other}`),
    ],
  },
}));

module.exports = {
  forbidden: [
    ...arrows,
    ...oneHomeEach,
    {
      name: "contracts-stand-alone",
      comment:
        "core/contracts is the public API, types and rules without I/O: whoever imports it must not get anything else with it",
      severity: "error",
      from: { path: "^core/contracts/", pathNot: "^core/contracts/suites/" },
      to: { path: ".", pathNot: "^core/contracts/(?!suites/)" },
    },
    {
      name: "suites-stand-alone",
      comment: "the shared suites ship with the package and run under any test runner: contracts and node:assert only",
      severity: "error",
      from: { path: "^core/contracts/suites/" },
      to: { path: ".", pathNot: ["^core/contracts/", "^(node:)?assert(/strict)?$"] },
    },
    {
      name: "pipeline-is-pure",
      comment:
        "the runtime's own verbs are pure of drivers, clocks and formats: contracts, tokens and the decorators only",
      severity: "error",
      from: { path: "^core/pipeline/" },
      to: {
        path: ".",
        pathNot: ["^core/pipeline/", "^core/contracts/(?!suites/)", "^core/tokens[.]ts$", "node_modules/tsyringe/"],
      },
    },
    {
      name: "nobody-imports-a-plugin",
      comment: "plugins are named by configuration and loaded by core/loader; the runtime works without any of them",
      severity: "error",
      from: { path: "^(core|connectors)/", pathNot: "^core/loader([.]ts$|/)" },
      to: { path: "^plugins/" },
    },
    {
      name: "plugins-do-not-know-each-other",
      comment:
        "a plugin can be removed without another one noticing; plugins/rules is no plugin but what rules of all of them mean, and knows none of them",
      severity: "error",
      from: { path: "^plugins/([^/]+)" },
      to: { path: "^plugins/", pathNot: "^plugins/($1|rules)/" },
    },
    {
      name: "plugins-see-contracts",
      comment: "a plugin in this repository may use what a stranger's plugin may use: contracts and connectors",
      severity: "error",
      from: { path: "^plugins/" },
      to: { path: "^core/", pathNot: "^core/contracts/(?!suites/)" },
    },
    {
      name: "connectors-see-contracts",
      comment: "a connector speaks a platform's protocol and knows nothing of this runtime",
      severity: "error",
      from: { path: "^connectors/" },
      to: { path: "^core/", pathNot: "^core/contracts/(?!suites/)" },
    },
    {
      name: "connectors-are-for-plugins",
      comment: "only a plugin says which platforms there are",
      severity: "error",
      from: { path: "^core/" },
      to: { path: "^connectors/" },
    },
    {
      name: "suites-are-for-tests",
      comment: "the shared suites prove implementations; what runs does not need them",
      severity: "error",
      // core/testing.ts hands them to the authors of plugins; `furrow conformance` runs them on an operator's own cluster.
      from: {
        path: "^(core|plugins|connectors)/",
        pathNot: "^core/(contracts/suites/|testing[.]ts$|cli/conformance/)",
      },
      to: { path: "^core/contracts/suites/" },
    },
    {
      name: "composition-root-on-top",
      comment: "core/container.ts names implementations: who imports it gets all of them",
      severity: "error",
      from: { path: "^(core|plugins|connectors)/", pathNot: "^core/(main[.]ts$|cli/)" },
      to: { path: "^core/(container|main)[.]ts$" },
    },
    {
      name: "foundations-are-for-the-root",
      comment: "a mode is chosen in one place, and what the other mode needs is never loaded",
      severity: "error",
      from: { path: "^(core|plugins|connectors)/", pathNot: "^core/(container[.]ts$|foundation/)" },
      to: { path: "^core/foundation/(local|cluster)[.]ts$" },
    },
    {
      name: "no-tests-in-production",
      comment: "tests do not ship",
      severity: "error",
      from: { path: "^(core|plugins|connectors)/" },
      to: { path: "^test/" },
    },
    {
      name: "no-devdependencies-in-production",
      comment: "an installed package has no devDependencies",
      severity: "error",
      from: { path: "^(core|plugins|connectors)/" },
      to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only"], pathNot: "/@types/" },
    },
    {
      name: "only-declared-packages",
      comment: "what package.json does not name may be gone after the next install",
      severity: "error",
      from: {},
      to: { dependencyTypes: ["npm-no-pkg", "npm-unknown", "unknown", "undetermined"] },
    },
    {
      name: "everything-resolves",
      comment: "the module is not there",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: "no-circles",
      comment: "modules in a circle can only be understood, tested and moved together",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "no-orphans",
      comment: "nothing imports this module and it imports nothing: it is dead",
      severity: "error",
      from: { orphan: true, path: "^(core|plugins|connectors)/" },
      to: {},
    },
  ],
  options: {
    // Types count: an arrow drawn by a type alone is an arrow.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^test/fixtures/" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default", "types"] },
  },
};

import { test } from "tap";
import type { ProjectConfig } from "../../../core/config/server-config.js";
import { readProject } from "../../../core/config/project.js";
import { formatProblem } from "../../../core/config/problem.js";
import { folderOf, fakeSources, fakeSteps, noHttp, project, projectProblems } from "./reading.js";

const shop = [
  "use: orders",
  "options:",
  "  connector: shop",
  '  secrets: ["${SHOP_SECRET}", "${OLD_SECRET:-older}", "${file:shop.secret}"]',
  "  maxAge: 2d",
  "  locations: { 77: berlin }",
  "  on:",
  "    - { event: order.paid, execute: thanks, when: \"vars.shopUrl != ''\" }",
].join("\n");

const files = {
  "sequences/thanks.yaml": "name: T\npurpose: transactional\nsteps: []\n",
  "locations.yaml": "- { key: berlin, name: Berlin }\n",
  "employees.yaml": "- { key: anna, name: Anna, email: anna@acme.example }\n- { key: ben, name: Ben }\n",
  "sources/shop.yaml": shop,
  "sources/shop.secret": "from a file\n",
  "sources/leads.yaml": "use: rest\nstatus: paused\noptions: { connector: plain, secrets: [x] }\n",
};

test("sources, ready, by name; a file beside them that is no YAML is somebody's own", async (t) => {
  const plugin = { "sources/acme.js": "export default {};", "sources/package.json": "{}", "sources/README.md": "Ours" };
  const { sources } = await project(t, { ...files, ...plugin });
  t.same(
    sources.map(({ name, use, connectorName, status }) => [name, use, connectorName, status]),
    [
      ["leads", "rest", "plain", "paused"],
      ["shop", "orders", "shop", "running"],
    ],
  );
  const [, source] = sources;
  t.match(source?.options, { secrets: ["5ecret-of-the-shop", "older", "from a file"], maxAge: 172_800_000 });
  t.equal(source?.plugin.name, "orders");
  t.type(source?.connector.verify, "function");
  t.match(source?.home, {
    name: "shop",
    url: "http://127.0.0.1:3000/webhooks/shop",
    language: "en",
    sequences: ["thanks"],
    locations: [{ key: "berlin" }],
    employees: [
      { key: "anna", email: "anna@acme.example" },
      { key: "ben", email: null },
    ],
    vars: { shopUrl: "https://shop.example" },
  });
});

test("the door is at the public URL, else where the server listens", async (t) => {
  const urlOf = async (http: Partial<ProjectConfig["http"]>) => {
    const given = { "sources/leads.yaml": files["sources/leads.yaml"] };
    const config = {
      organization: "default",
      vars: {},
      language: "en",
      project: folderOf(t, given),
      http: { ...noHttp, ...http },
    };
    const read = await readProject(config, fakeSteps, fakeSources);
    return "project" in read ? read.project.sources[0]?.home.url : read.problems.map(formatProblem).join("\n");
  };
  t.equal(await urlOf({ publicUrl: "https://f.example/x" }), "https://f.example/x/webhooks/leads");
  t.equal(await urlOf({ listen: { host: "::1", port: 80 } }), "http://[::1]:80/webhooks/leads");
});

test("no problem quotes a secret, whoever says it", async (t) => {
  const said = await projectProblems(t, {
    "sources/a.yaml": 'use: "./${SHOP_SECRET}.js"\n',
    "sources/b.yaml": 'use: orders\noptions: { connector: "${SHOP_SECRET}", secrets: "${SHOP_SECRET}" }\n',
    "sources/c.yaml":
      'use: rest\noptions:\n  connector: plain\n  secrets: [x]\n  on:\n    - { event: "*", execute: "${SHOP_SECRET}", contact: { email: "event.a" } }\n',
  });
  t.notMatch(said, /5ecret/);
  t.equal(
    said,
    [
      "sources/a.yaml:1:6  There is no file `…`  (plugin)",
      "  The path begins at the source's own file",
      "sources/b.yaml:2:23  `connector` must be one of shop, market  (bad-value)",
      "sources/b.yaml:2:50  `secrets` must be a list  (wrong-type)",
      "sources/c.yaml:6:30  There is no sequence `…`  (unknown-sequence)",
      "  Sequences are the files in sequences/, named by their key",
    ].join("\n"),
  );
});

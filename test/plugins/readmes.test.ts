import { readFile } from "node:fs/promises";
import { test } from "tap";
import { formatProblem } from "../../core/config/problem.js";
import { readProject } from "../../core/config/project.js";
import { sourceLoader } from "../../core/loader/source-loader.js";
import { stepTypes } from "../../core/steps/step-types.js";

const sequence = "name: A\npurpose: transactional\nsteps: []\n";
const sequences = ["post-purchase", "reminder", "post-visit-review", "welcome"];

for (const name of ["orders", "bookings", "rest"]) {
  test(`the example of plugins/${name} is right, with the real connectors`, async (t) => {
    const readme = await readFile(`plugins/${name}/README.md`, "utf8");
    const [, example = ""] = /```yaml\n([^]*?)```/.exec(readme) ?? [];
    const folder = t.testdir({
      sequences: Object.fromEntries(sequences.map((key) => [`${key}.yaml`, sequence])),
      "locations.yaml": "- { key: berlin, name: Berlin }\n",
      "employees.yaml": "- { key: ben, name: Ben }\n",
      sources: { "example.yaml": example },
    });
    const http = { listen: { host: "127.0.0.1", port: 3000 }, publicUrl: null, rateLimit: null };
    const env = { SHOPIFY_SECRET: "a", CALENDLY_KEY: "b", LEADS_TOKEN: "c" };
    const read = await readProject(
      { project: folder, organization: "default", vars: {}, language: "en", http },
      stepTypes,
      { env, load: sourceLoader() },
    );
    if ("problems" in read) throw new Error(read.problems.map(formatProblem).join("\n"));
    t.match(read.project.sources, [{ name: "example", use: name, plugin: { name }, status: "running" }]);
    t.ok((read.project.sources[0]?.options as { on: unknown[] }).on.length > 0);
  });
}

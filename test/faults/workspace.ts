import { execFile } from "node:child_process";
import { mkdtemp, mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const main = resolve("dist/core/bundled/furrow.js");

/** The steps of the sequence under fire, in their order. */
export const steps = ["one", "two", "three"];

/** A folder with a configuration, a project of one sequence per policy, and a database to come. */
export interface Workspace {
  config: string;
  database: string;
  key: string;
  remove(): Promise<void>;
}

/** `provider` is the origin of the fake SendGrid, `place` the folder that the workspace is made in, `timeout` as in the configuration. */
export async function makeWorkspace(provider: string, place = tmpdir(), timeout = "10s"): Promise<Workspace> {
  const folder = await mkdtemp(join(place, "furrow-faults-"));
  const config = join(folder, "furrow.yaml");
  await writeProject(folder);
  await writeFile(
    config,
    `mode: local
http: { listen: "127.0.0.1:0" }
sqlite: { file: ./data/furrow.db }
project: ./project
channels:
  email: { use: sendgrid, apiKey: SG.faults, from: "Faults <faults@furrow.example>", baseUrl: "${provider}", timeout: ${timeout}, concurrency: 16 }
`,
  );
  const key = await makeKey(config);
  return { config, database: join(folder, "data", "furrow.db"), key, remove: () => rm(folder, { recursive: true }) };
}

/** The sequences under fire, one per policy, in the folder `project`. */
export async function writeProject(folder: string): Promise<void> {
  await mkdir(join(folder, "project", "sequences"), { recursive: true });
  for (const policy of ["retry", "hold"]) {
    await writeFile(join(folder, "project", "sequences", `${policy}.yaml`), sequence(policy));
  }
}

/** A key that may execute, and see what became of it. */
export async function makeKey(config: string): Promise<string> {
  const { stdout } = await run(process.execPath, [
    ...[main, "keys", "create", "--name", "faults", "--json", "--config", config],
    ...["--scopes", "sequences:execute,sendings:read,sendings:write"],
  ]);
  return (JSON.parse(stdout) as { key: string }).key;
}

function sequence(policy: string): string {
  const lines = steps.flatMap((id) => [
    `  - { id: ${id}, email: { subject: "${id}", text: "Hello {{ contact.firstName }}", onUncertain: ${policy} } }`,
    `  - { id: after-${id}, wait: 0s }`,
  ]);
  return `name: Under fire, ${policy}\npurpose: transactional\nsteps:\n${lines.join("\n")}\n`;
}

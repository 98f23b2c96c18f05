import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { Child } from "./child.js";

const run = promisify(execFile);
const main = resolve("dist/core/bundled/furrow.js");
/** The same, as the modules that it was made of: a profile of it can be read. */
const unbundled = resolve("dist/core/main.js");

const local = `mode: local
sqlite: { file: ./data/furrow.db }`;

/** The mails of the sequence, in their order. */
export const steps = ["one", "two", "three"];

/** A folder with a configuration, a project of one sequence, a key, and the store. */
export interface Workspace {
  folder: string;
  database: string;
  key: string;
  /** Starts the real program. `node`: arguments for Node.js itself; `role`: its part in a cluster. */
  serve(node?: readonly string[], role?: string): Promise<Child>;
  remove(): Promise<void>;
}

/** `provider` is the origin of the fake SendGrid; `mongodb`: the address of a new database, for a cluster. The store exists and is empty. */
export async function makeWorkspace(provider: string, mongodb?: string): Promise<Workspace> {
  const folder = await mkdtemp(join(tmpdir(), "furrow-bench-"));
  const config = join(folder, "furrow.yaml");
  await mkdir(join(folder, "project", "sequences"), { recursive: true });
  await writeFile(
    config,
    `${mongodb === undefined ? local : `mode: cluster\nmongodb: { url: "${mongodb}" }`}
http: { listen: "127.0.0.1:0" }
project: ./project
channels:
  email: { use: sendgrid, apiKey: SG.bench, from: "Bench <bench@furrow.example>", baseUrl: "${provider}" }
`,
  );
  await writeFile(join(folder, "project", "sequences", "bench.yaml"), sequence());
  const { stdout } = await run(process.execPath, [
    ...[main, "keys", "create", "--name", "bench", "--json", "--config", config],
    ...["--scopes", "sequences:execute"],
  ]);
  const { key } = JSON.parse(stdout) as { key: string };
  return {
    folder,
    database: join(folder, "data", "furrow.db"),
    key,
    serve: (node = [], role = "all") =>
      Child.start(node.length > 0 ? unbundled : main, ["serve", "--config", config, "--role", role], { node, folder }),
    remove: () => rm(folder, { recursive: true }),
  };
}

function sequence(): string {
  return `name: Bench
purpose: transactional
steps:
${steps.map((id, index) => (index === 0 ? "" : wait(id)) + mail(id)).join("")}`;
}

function wait(before: string): string {
  return `  - { id: before-${before}, wait: 0s }\n`;
}

/** With what SendGrid wants around it, about 0.9 kB. */
function mail(id: string): string {
  return `  - id: ${id}
    email:
      subject: "Your order, {{ contact.firstName | default: 'friend' }}: part ${id} of three"
      text: "Hello {{ contact.firstName }}, this is part ${id} about your order. It is as long as such texts are."
      html: >-
        <h1>Hello {{ contact.firstName }}</h1><p>This is part ${id} about your order, written to {{ contact.email }}.
        It is as long as such texts are, and no longer.</p><p><a href="https://shop.example/orders">Your orders</a></p>
`;
}

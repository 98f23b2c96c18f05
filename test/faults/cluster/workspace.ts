import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../mongod/member.js";
import { writeProject } from "../workspace.js";

export interface ClusterPlan {
  /** The origin of the fake SendGrid. */
  provider: string;
  /** The address of the database. */
  mongodb: string;
  /** After so many seconds a process that fell silent is taken for dead. */
  lease: number;
}

/** A folder with one project, and a configuration for each node. */
export interface ClusterWorkspace {
  /** Writes the configuration of a node and answers its file. Each has an API key of its own, by which the provider tells them apart. */
  config(name: string): Promise<{ file: string; url: string }>;
  remove(): Promise<void>;
}

/** `keyOf` of a node's name is what the provider's journal knows the node by. */
export function keyOf(name: string): string {
  return `SG.${name}`;
}

export async function makeClusterWorkspace({ provider, mongodb, lease }: ClusterPlan): Promise<ClusterWorkspace> {
  const folder = await mkdtemp(join(tmpdir(), "furrow-cluster-"));
  await writeProject(folder);
  let files = 0;
  return {
    async config(name) {
      const file = join(folder, `${++files}.yaml`);
      const port = await freePort();
      await writeFile(
        file,
        `mode: cluster
http: { listen: "127.0.0.1:${port}" }
mongodb: { url: "${mongodb}" }
node: { name: ${name}, lease: ${lease}s }
project: ./project
channels:
  email: { use: sendgrid, apiKey: ${keyOf(name)}, from: "Faults <faults@furrow.example>", baseUrl: "${provider}", timeout: 5s, concurrency: 16 }
`,
      );
      return { file, url: `http://127.0.0.1:${port}` };
    },
    remove: () => rm(folder, { recursive: true }),
  };
}

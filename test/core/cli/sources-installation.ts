import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { installedParts } from "../../../core/cli/parts.js";
import { furrow, temporaryFolder } from "./fake-shell.js";

export const SECRET = "s3cret-of-the-leads";

const welcome = `
name: Welcome
purpose: transactional
steps:
  - { id: hello, email: { subject: "Hello", text: "Hi" } }
`;
const rules = `on: [{ event: "*", execute: welcome, contact: { email: "event.email" } }]`;
const leads = `use: rest\noptions: { connector: plain, auth: hmac, secrets: [${SECRET}], ${rules} }\n`;
const clouds = `use: rest\noptions: { connector: cloudevents, secrets: [${SECRET}], ${rules} }\n`;
const till = `use: orders\noptions: { connector: square, secrets: [${SECRET}], on: [] }\n`;

/** A folder with a server config, one sequence and three sources. */
export function installation(test: { teardown(end: () => void): void }): string {
  const cwd = temporaryFolder(test);
  for (const folder of ["sequences", "sources"]) mkdirSync(join(cwd, "project", folder), { recursive: true });
  writeFileSync(join(cwd, "furrow.yaml"), 'http: { listen: "127.0.0.1:0" }\n');
  writeFileSync(join(cwd, "project", "sequences", "welcome.yaml"), welcome);
  for (const [name, text] of Object.entries({ leads, clouds, till }))
    writeFileSync(join(cwd, "project", "sources", `${name}.yaml`), text);
  return cwd;
}

/** Runs a command in the folder. */
export function inFolder(cwd: string, ...args: string[]): ReturnType<typeof furrow> {
  return furrow(args, installedParts, { cwd });
}

/** The one JSON document of a command that does what it is asked for. */
// A test says what it expects; it needs no types for that.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export async function documentOf(cwd: string, ...args: string[]): Promise<any> {
  const { code, out, err } = await inFolder(cwd, ...args, "--json");
  if (code !== 0) throw new Error(err);
  return JSON.parse(out);
}

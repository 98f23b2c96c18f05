import type { Project } from "../../config/project.js";
import type { ServerConfig } from "../../config/server-config.js";
import type { ApiKeys } from "../../contracts/store.js";
import { systemClock } from "../../system/clock.js";
import { systemIds } from "../../system/ids.js";
import { newApiKey } from "../api-key.js";
import type { Output } from "../output.js";

/** All that trying out takes, and nothing that a running installation would miss. */
const SCOPES = [
  "contacts:read",
  "contacts:write",
  "sequences:read",
  "sequences:execute",
  "sendings:read",
  "sendings:write",
  "events:read",
  "events:write",
  "locations:read",
  "employees:read",
];

const PEOPLE = [
  { email: "ada@example.com", firstName: "Ada" },
  { email: "grace@example.com", firstName: "Grace" },
];

/** The server that is to be tried out. */
export interface FirstCall {
  url: string;
  config: Pick<ServerConfig, "organization">;
  project: Project;
  keys: ApiKeys;
  /** The server config, as it is named from the working directory. */
  file: string;
}

/** Says on stderr how to execute a sequence. The organization's first key is made here, so that the call works when it is pasted. */
export async function showFirstCall({ url, config, project, keys, file }: FirstCall, output: Output): Promise<void> {
  const sequence = project.sequences.find(
    ({ status, definition }) => status === "active" && definition.steps.length > 0,
  );
  const fresh = (await keys.list(config.organization)).length === 0;
  const key = fresh ? await firstKey(config.organization, keys) : "$FURROW_KEY";
  const named = file === "furrow.yaml" ? "" : ` --config ${file}`;
  const lines = fresh ? ["This is the first start: here is an API key, shown this once.", `  ${key}`] : [];
  if (sequence) {
    lines.push("Try it:", "", curl(`${url}/api/v1/sequences/${sequence.key}/execute`, key), "");
    lines.push(`Then see what it sent: npx furrow outbox${named}`);
  } else {
    lines.push("The project has no active sequence yet: add one to its folder `sequences`.");
  }
  if (!fresh)
    lines.push(
      `FURROW_KEY is an API key: npx furrow keys create --name trying-out --scopes ${SCOPES.join(",")}${named}`,
    );
  output.note(lines.join("\n"));
}

async function firstKey(organization: string, keys: ApiKeys): Promise<string> {
  const { key, hash } = newApiKey();
  const state = { active: true, expiresAt: null, lastUsedAt: null, createdAt: systemClock.now() };
  await keys.create({ id: systemIds.next(), organization, name: "quickstart", hash, scopes: SCOPES, ...state });
  return key;
}

/** The key stands in double quotes, where a shell fills in a variable. */
function curl(url: string, key: string): string {
  return [
    `curl -X POST '${url}' \\`,
    `  -H "X-API-Key: ${key}" \\`,
    `  -H 'Content-Type: application/json' \\`,
    `  -d '${JSON.stringify({ contacts: PEOPLE })}'`,
  ].join("\n");
}

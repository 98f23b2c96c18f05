import { scopes, isScope } from "../../contracts/scopes.js";
import type { ApiKey, Instant } from "../../contracts/model.js";
import { parseDuration } from "../../schedule/duration.js";
import { systemClock } from "../../system/clock.js";
import { systemIds } from "../../system/ids.js";
import { newApiKey } from "../api-key.js";
import { exit, Failure, usage } from "../failure.js";
import { withRuntime } from "../installation.js";
import { record } from "../output.js";
import { didYouMean } from "../suggest.js";
import { action, type Verb } from "../verb.js";

const organization = {
  type: "string",
  value: "O",
  help: "another organization than the one of the server config",
} as const;

/** `furrow keys` */
export const keys: Verb = {
  summary: "make, list and revoke API keys",
  actions: {
    create: action({
      summary: "Makes an API key and prints it, this once.",
      operands: [],
      options: {
        name: { type: "string", value: "N", help: "what the key is for" },
        scopes: { type: "string", value: "A,B", help: "what it may do; there are no default scopes" },
        organization,
        expires: { type: "string", value: "90d", help: "how long it lasts; without it for ever" },
      },
      notes: [`Scopes: ${scopes.join(" ")}`],
      async run(context) {
        const { name, scopes: listed, expires } = context.options;
        if (name === undefined) throw usage("furrow keys create needs --name", "Write it as --name N.");
        const granted = scopesOf(listed);
        const now = systemClock.now();
        const expiresAt = expires === undefined ? null : expiryOf(expires, now);
        return withRuntime(context, async ({ store }, config) => {
          const { key, hash } = newApiKey();
          const id = systemIds.next();
          const owner = context.options.organization ?? config.organization;
          const state = { active: true, expiresAt, lastUsedAt: null, createdAt: now };
          await store.keys.create({ id, organization: owner, name, hash, scopes: granted, ...state });
          const made = { id, name, key, scopes: granted, organization: owner, expiresAt: iso(expiresAt) };
          context.output.result(made, () => record({ ...made, scopes: granted.join(" ") }));
          if (!context.output.json) context.output.note("Keep the key now: it is not shown again.");
          return exit.done;
        });
      },
    }),
    list: action({
      summary: "Lists the keys, never the keys themselves.",
      operands: [],
      options: { organization },
      run: (context) =>
        withRuntime(context, async ({ store }, config) => {
          const found = await store.keys.list(context.options.organization ?? config.organization);
          const data = found.map(shown);
          const meta = { page: 1, perPage: data.length, total: data.length, totalPages: data.length > 0 ? 1 : 0 };
          context.output.list(
            { data, meta },
            [
              { title: "id", of: ({ id }) => id },
              { title: "name", of: ({ name }) => name },
              { title: "state", of: ({ active }) => (active ? "active" : "revoked") },
              { title: "expires", of: ({ expiresAt }) => expiresAt },
              { title: "last used", of: ({ lastUsedAt }) => lastUsedAt },
              { title: "scopes", of: (key) => key.scopes.join(" ") },
            ],
            "No keys.",
          );
          return exit.done;
        }),
    }),
    revoke: action({
      summary: "Ends a key for good.",
      operands: ["id"],
      options: { organization },
      run: (context) =>
        withRuntime(context, async ({ store }, config) => {
          const { id } = context.operands;
          const owner = context.options.organization ?? config.organization;
          if (!(await store.keys.revoke(owner, id))) {
            throw new Failure(`There is no key ${id} in ${owner}`, "`furrow keys list` shows the ids.");
          }
          context.output.result({ id, active: false }, () => `Revoked ${id}.`);
          return exit.done;
        }),
    }),
  },
};

function scopesOf(listed: string | undefined): string[] {
  const asked = [...new Set((listed ?? "").split(",").map((scope) => scope.trim()))].filter((scope) => scope !== "");
  if (asked.length === 0)
    throw usage("furrow keys create needs --scopes", "Write it as --scopes contacts:read,sequences:execute.");
  const unknown = asked.find((scope) => !isScope(scope));
  if (unknown === undefined) return asked;
  throw usage(`There is no scope "${unknown}"`, didYouMean(unknown, scopes, `There is: ${scopes.join(" ")}`));
}

function expiryOf(text: string, now: Instant): Instant {
  const lasts = parseDuration(text);
  if (!lasts) throw usage(`--expires cannot be "${text}"`, "Write a duration, for example 90d.");
  return now + lasts;
}

function shown({ id, name, scopes: granted, organization: owner, active, expiresAt, lastUsedAt, createdAt }: ApiKey) {
  const times = { expiresAt: iso(expiresAt), lastUsedAt: iso(lastUsedAt), createdAt: iso(createdAt) };
  return { id, name, scopes: granted, organization: owner, active, ...times };
}

function iso(time: Instant | null): string | null {
  return time === null ? null : new Date(time).toISOString();
}

import type { Verb } from "./verb.js";

/** Every verb, in the order of the help. Each is a file of its own, read only when it is used. */
export const verbs: Readonly<Record<string, () => Promise<Verb>>> = {
  serve: async () => (await import("./verbs/serve.js")).serve,
  lint: async () => (await import("./verbs/lint.js")).lint,
  keys: async () => (await import("./verbs/keys.js")).keys,
  execute: async () => (await import("./verbs/execute.js")).execute,
  sendings: async () => (await import("./verbs/sendings.js")).sendings,
  outbox: async () => (await import("./verbs/outbox.js")).outbox,
  sources: async () => (await import("./verbs/sources.js")).sources,
  events: async () => (await import("./verbs/events.js")).events,
  channels: async () => (await import("./verbs/channels.js")).channels,
  migrate: async () => (await import("./verbs/migrate.js")).migrate,
  conformance: async () => (await import("./verbs/conformance.js")).conformance,
  plugin: async () => (await import("./verbs/plugin.js")).plugin,
};

import type { Plugin } from "../contracts/plugin.js";

const REQUIRED = ["connector", "translate"] as const;
const OPTIONAL = ["check", "maxAge", "testMode"] as const;

/** The default export of a plugin's module, or the first thing that keeps it from being a plugin, in a sentence. */
export function pluginOf(module: unknown): Plugin | { problem: string; hint: string } {
  const plugin = (module as { default?: unknown } | null | undefined)?.default;
  if (typeof plugin !== "object" || plugin === null) {
    return { problem: "The module has no plugin as its default export", hint: "export default definePlugin({ … })" };
  }
  const { api, name, options, ...methods } = plugin as Record<string, unknown>;
  if (api !== 1) {
    const asked = typeof api === "number" ? `speaks api ${api}` : "does not say which api it speaks";
    return {
      problem: `The plugin ${asked}, and this Furrow speaks api 1`,
      hint: "Say api: 1, or use a version that does",
    };
  }
  if (typeof name !== "string" || name === "") return { problem: "The plugin has no `name`", hint: "Give it one" };
  if (!isStandardSchema(options)) {
    const hint = "Joi 18, Zod 4 and Valibot 1 schemas are such: see https://standardschema.dev";
    return { problem: "The plugin's `options` are no Standard Schema", hint };
  }
  for (const method of [...REQUIRED, ...OPTIONAL]) {
    const given = methods[method];
    if (typeof given === "function" || (given === undefined && OPTIONAL.some((one) => one === method))) continue;
    return { problem: `The plugin's \`${method}\` is no function`, hint: "See the contract `Plugin`" };
  }
  return plugin as Plugin;
}

function isStandardSchema(schema: unknown): boolean {
  // A schema may be a function.
  if ((typeof schema !== "object" && typeof schema !== "function") || schema === null) return false;
  const standard = (schema as Record<string, unknown>)["~standard"] as Record<string, unknown> | null | undefined;
  return standard?.["version"] === 1 && typeof standard["validate"] === "function";
}

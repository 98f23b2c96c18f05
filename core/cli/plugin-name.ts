import { usage } from "./failure.js";

/** What one word makes of a new plugin. */
export interface PluginName {
  /** As `acme`: the plugin's own name, which also its folder and its header bear. */
  name: string;
  /** As `furrow-plugin-acme` or `@you/furrow-plugin-acme`. */
  package: string;
}

const PREFIX = "furrow-plugin-";
/** Of what npm takes, so much that the name can stand in a header, a URL and a file's name too. */
const NAME = /^(?<scope>@[a-z0-9][a-z0-9._-]*\/)?(?:furrow-plugin-)?(?<name>[a-z][a-z0-9]*(?:-[a-z0-9]+)*)$/;
/** npm's. */
const LONGEST = 214;

/** Reads `acme`, `@you/acme`, or either with `furrow-plugin-` before the name. Throws a usage `Failure` for what no package can be called. */
export function pluginName(word: string): PluginName {
  const { scope = "", name } = NAME.exec(word)?.groups ?? {};
  const named = `${scope}${PREFIX}${name ?? ""}`;
  if (name !== undefined && named.length <= LONGEST) return { name, package: named };
  throw usage(
    `No plugin can be called "${word}"`,
    "Write lower-case letters, digits and single hyphens, a letter first, as acme or @you/acme.",
  );
}

import Joi from "joi";
import { nearest, suggestion } from "../contracts/nearest.js";
import { problemAt, type Problem } from "./problem.js";
import type { Path, YamlFile } from "./yaml-file.js";

const MESSAGES: Joi.LanguageMessages = {
  "any.required": "`{#label}` is missing",
  "any.only": "`{#label}` must be {#valids}",
  "any.unknown": "`{#label}` does not belong here",
  "array.base": "`{#label}` must be a list",
  "number.base": "`{#label}` must be a number",
  "number.integer": "`{#label}` must be a whole number",
  "number.max": "`{#label}` must be at most {#limit}",
  "number.min": "`{#label}` must be at least {#limit}",
  "object.base": "`{#label}` must be a map\nWrite its keys below it, each with a colon and a space",
  "string.base": "`{#label}` must be text\nPut it in quotes",
  "string.empty": "`{#label}` must not be empty",
  root: "value",
  "*": "`{#label}` is not valid",
};

const RULES: Readonly<Record<string, string>> = { "any.required": "missing-key", "object.unknown": "unknown-key" };

/** A key that will mean something one day: a file that uses it is told so, and no misspelt key is taken for it. */
export function notBuilt(what: string): Joi.Schema {
  return Joi.forbidden().messages({ "any.unknown": `not-built\t${what} not built yet\nRemove it` });
}

/** A text that `read` understands; the value becomes what it answers. `message` says what it must be, its hint after a line break. */
export function textRead(read: (text: string) => unknown, rule: string, message: string): Joi.StringSchema {
  return Joi.string()
    .custom((text: string, helpers) => {
      const value = read(text);
      return value === undefined ? helpers.error("text.unread") : value;
    })
    .messages({ "text.unread": `${rule}\t\`{#label}\` ${message}` });
}

/** One of `names`. One of `later` is told that it is not built yet, with what to do instead. */
export function oneOf(names: readonly string[], later: readonly string[] = [], instead = ""): Joi.StringSchema {
  const listed = names.length > 1 ? `${names.slice(0, -1).join(", ")} or ${names.at(-1)}` : names[0];
  return Joi.string()
    .custom((name: string, helpers) => {
      if (names.includes(name)) return name;
      return helpers.error(later.includes(name) ? "name.later" : "name.unknown", { hint: didYouMean(name, names) });
    })
    .messages({
      "name.unknown": `bad-value\t\`{#label}\` must be ${listed}\n{#hint}`,
      "name.later": `not-built\tThis \`{#label}\` is not built yet\n${instead}`,
    });
}

/**
 * The file's value as `schema` reads it, or everything that is wrong with it at its place in the file. No message quotes a value.
 * Messages of a schema may begin with a rule and a tab, and end with a line break and a hint. Problems at `except` are left out.
 */
export function checked<T>(
  schema: Joi.Schema<T>,
  yaml: YamlFile,
  except: readonly Path[] = [],
): { value?: T; problems: Problem[] } {
  const result = schema.validate(yaml.value, {
    abortEarly: false,
    convert: false,
    messages: MESSAGES,
    errors: { wrap: { label: false, array: false, string: false } },
  });
  if (!result.error) return { value: result.value, problems: [] };
  const problems = result.error.details.filter(
    ({ path }) => !except.some((failed) => failed.join(".") === path.join(".")),
  );
  return { problems: problems.map((detail) => problemOf(detail, schema, yaml)) };
}

function problemOf(
  { type, path, message, context }: Joi.ValidationErrorItem,
  schema: Joi.Schema,
  yaml: YamlFile,
): Problem {
  if (type === "object.unknown") return unknownKey(schema, path, yaml);
  const [head = "", hint = ""] = message.split("\n", 2);
  const tab = head.indexOf("\t");
  const rule = tab > 0 ? head.slice(0, tab) : (RULES[type] ?? (type.endsWith(".base") ? "wrong-type" : "bad-value"));
  const quotable = type !== "string.base" || typeof context?.value !== "object";
  const at = type === "any.unknown" ? yaml.keyAt(path) : yaml.at(path);
  return problemAt(yaml.file, at, rule, topLevel(head.slice(tab + 1), path), (quotable && hint) || null);
}

/** Joi calls what has no key `value`. */
function topLevel(message: string, path: Path): string {
  return path.length === 0 ? message.replace("`value`", "The file") : message;
}

/** A key is named only when it looks like one: `apiKey:secret`, without the space, is a key as well. */
function unknownKey(schema: Joi.Schema, path: Path, yaml: YamlFile): Problem {
  const key = String(path.at(-1));
  const at = yaml.keyAt(path);
  if (!/^[A-Za-z][\w-]{0,39}$/.test(key))
    return problemAt(
      yaml.file,
      at,
      "unknown-key",
      "This key is unknown",
      "A key is letters, digits, - and _, and ends with a colon and a space",
    );
  const place = path.length > 1 ? ` in \`${pathText(path.slice(0, -1))}\`` : "";
  return problemAt(
    yaml.file,
    at,
    "unknown-key",
    `Nothing is called \`${key}\`${place}`,
    suggestion(key, keysAt(schema.describe(), path.slice(0, -1))),
  );
}

/** A path as it is written in messages: `steps[0].email`. */
export function pathText(path: Path): string {
  return path.map((key, index) => (typeof key === "number" ? `[${key}]` : `${index > 0 ? "." : ""}${key}`)).join("");
}

function didYouMean(name: string, names: readonly string[]): string {
  const near = nearest(name, names);
  return near === undefined ? "" : `Did you mean \`${near}\`?`;
}

/** Joi's description of a schema, as far as it is looked at. */
interface Described {
  flags?: { presence?: string };
  keys?: Record<string, Described>;
  patterns?: { rule: Described }[];
  items?: Described[];
  matches?: { then?: Described; otherwise?: Described; schema?: Described }[];
}

function keysAt(described: Described | undefined, path: Path): string[] {
  const shape =
    described?.matches?.flatMap(({ then, otherwise, schema }) => [then, otherwise, schema]).find((one) => one?.keys) ??
    described;
  const [key, ...rest] = path;
  if (key === undefined) {
    return Object.entries(shape?.keys ?? {}).flatMap(([name, { flags }]) =>
      flags?.presence === "forbidden" ? [] : [name],
    );
  }
  return keysAt(typeof key === "number" ? shape?.items?.[0] : (shape?.keys?.[key] ?? shape?.patterns?.[0]?.rule), rest);
}

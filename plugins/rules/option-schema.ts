import Joi from "joi";
import { nearest, suggestion } from "../../core/contracts/nearest.js";
import type { OptionIssue, OptionsSchema } from "../../core/contracts/plugin.js";

/** `{#value}` must not stand in any of these: an option may be a secret. A hint follows after a line break. */
const MESSAGES: Joi.LanguageMessages = {
  "any.required": "`{#label}` is missing",
  "any.only": "`{#label}` must be {#valids}",
  "any.unknown": "`{#label}` does not belong here",
  "array.base": "`{#label}` must be a list",
  "array.min": "`{#label}` must not be empty",
  "boolean.base": "`{#label}` must be true or false",
  "number.base": "`{#label}` must be a number",
  "object.base": "`{#label}` must be a map\nWrite its keys below it, each with a colon and a space",
  "string.base": "`{#label}` must be text\nPut it in quotes",
  "string.empty": "`{#label}` must not be empty",
  root: "options",
  "*": "`{#label}` is not valid",
};

const RULES: Readonly<Record<string, string>> = {
  "any.required": "missing-key",
  "object.unknown": "unknown-key",
  "text.duration": "duration",
};

/** Options that the Joi schema which `schemaOf` chooses for them accepts, whole: nothing is converted, and all problems are told at once. */
export function optionSchema<Options>(
  schemaOf: (options: unknown) => Joi.ObjectSchema<Options>,
): OptionsSchema<Options> {
  return {
    "~standard": {
      version: 1,
      vendor: "furrow",
      validate(options) {
        const schema = schemaOf(options);
        const result = schema.validate(options, {
          abortEarly: false,
          convert: false,
          messages: MESSAGES,
          errors: { wrap: { label: false, array: false, string: false } },
        });
        if (!result.error) return { value: result.value };
        return { issues: result.error.details.map((detail) => issueOf(detail, schema)) };
      },
    },
  };
}

/** A text that `read` understands; the option becomes what it answers. `message` says what it must be, its hint after a line break. */
export function readText(read: (text: string) => unknown, type: string, message: string): Joi.StringSchema {
  return Joi.string()
    .custom((text: string, helpers) => {
      const value = read(text);
      return value === undefined ? helpers.error(`text.${type}`) : value;
    })
    .messages({ [`text.${type}`]: `\`{#label}\` ${message}` });
}

/** One of `names`; `otherwise` may know better than the nearest name what to do about another one. */
export function oneOf(names: readonly string[], otherwise?: (name: string) => string | undefined): Joi.StringSchema {
  return Joi.string()
    .custom((name: string, helpers) => {
      if (names.includes(name)) return name;
      const near = nearest(name, names);
      return helpers.error("name.unknown", { hint: otherwise?.(name) ?? (near ? `Did you mean \`${near}\`?` : "") });
    })
    .messages({ "name.unknown": `\`{#label}\` must be one of ${names.join(", ")}\n{#hint}` });
}

function issueOf({ type, path, message, context }: Joi.ValidationErrorItem, schema: Joi.Schema): OptionIssue {
  if (type === "object.unknown") return unknownOption(schema, path);
  const [head = "", hint = ""] = message.split("\n", 2);
  const rule = RULES[type] ?? (type.endsWith(".base") ? "wrong-type" : "bad-value");
  const quotable = type !== "string.base" || typeof context?.value !== "object";
  return { path, rule, message: head, hint: (quotable && hint) || null };
}

/** A key is named only when it looks like one: `secret:value`, without the space, is a key as well. */
function unknownOption(schema: Joi.Schema, path: readonly (string | number)[]): OptionIssue {
  const key = String(path.at(-1));
  if (!/^[A-Za-z][\w-]{0,39}$/.test(key)) {
    const hint = "A key is letters, digits, - and _, and ends with a colon and a space";
    return { path, rule: "unknown-key", message: "This option is unknown", hint };
  }
  const within = path.slice(0, -1);
  return {
    path,
    rule: "unknown-key",
    message: `There is no option \`${key}\`${within.length > 0 ? ` in \`${pathText(within)}\`` : ""}`,
    hint: suggestion(key, keysAt(schema.describe(), within)),
  };
}

function pathText(path: readonly (string | number)[]): string {
  return path.map((key, index) => (typeof key === "number" ? `[${key}]` : `${index > 0 ? "." : ""}${key}`)).join("");
}

/** Joi's description of a schema, as far as it is looked at. */
interface Described {
  flags?: { presence?: string };
  keys?: Record<string, Described>;
  items?: Described[];
}

function keysAt(described: Described | undefined, path: readonly (string | number)[]): string[] {
  const [key, ...rest] = path;
  if (key === undefined) {
    const named = Object.entries(described?.keys ?? {});
    return named.flatMap(([name, { flags }]) => (flags?.presence === "forbidden" ? [] : [name]));
  }
  return keysAt(typeof key === "number" ? described?.items?.[0] : described?.keys?.[key], rest);
}

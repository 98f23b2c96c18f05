import { Environment } from "@marcbachmann/cel-js";
import type { CelFields, CelRoots } from "../contracts/plugin.js";
import { OPTIONS, TIMESTAMP, withNumbers } from "./environments.js";

const SCALARS = ["string", "bool", "int", "double", TIMESTAMP];

/** Knows every declared field with its type, and that each may be `null`. Only for checking. */
export function checkingRoots(roots: CelRoots, vars: readonly string[]): Environment {
  const environment = withNumbers(new Environment(OPTIONS));
  const nullable = [...SCALARS];
  for (const [root, fields] of Object.entries(withVars(roots, vars))) {
    const type = fields === "dyn" ? "dyn" : declared(environment, root, fields);
    environment.registerVariable(root, type);
    if (fields !== "dyn") nullable.push(type);
  }
  for (const type of nullable) environment.registerOperator(`${type} == null`, (a, b) => a === b);
  return environment;
}

/** Knows the same names and no types: each operation looks at the values it gets. */
export function evaluatingRoots(roots: CelRoots): Environment {
  const environment = withNumbers(new Environment(OPTIONS));
  for (const root of [...Object.keys(roots), "vars"]) environment.registerVariable(root, "dyn");
  return environment;
}

function withVars(roots: CelRoots, vars: readonly string[]): CelRoots {
  return { ...roots, vars: Object.fromEntries(vars.map((name) => [name, "string"])) };
}

/** Registers a type for an object and, before it, for the entries of its lists; answers its name. */
function declared(environment: Environment, name: string, fields: CelFields): string {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const types = Object.entries(fields).map(([field, of]) => [field, celType(environment, `${type}_${field}`, of)]);
  environment.registerType(type, { fields: Object.fromEntries(types) as Record<string, string> });
  return type;
}

function celType(environment: Environment, name: string, of: CelFields[string]): string {
  if (typeof of !== "string") return `list<${declared(environment, name, of[0])}>`;
  return of === "timestamp" ? TIMESTAMP : of;
}

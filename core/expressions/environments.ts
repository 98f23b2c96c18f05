import { Environment } from "@marcbachmann/cel-js";
import { stepRoots } from "./roots.js";

/** Of every environment: what may be written in an expression, and how much of it. */
export const OPTIONS = {
  unlistedVariablesAreDyn: false,
  homogeneousAggregateLiterals: false,
  enableOptionalTypes: true,
  limits: { maxAstNodes: 1_000, maxDepth: 50, maxListElements: 200, maxMapEntries: 100, maxCallArguments: 16 },
};

export const TIMESTAMP = "google.protobuf.Timestamp";

/** Knows every declared field with its type. Only for checking: values that are `null` do not fit the types declared here. */
export function checkingEnvironment(vars: readonly string[]): Environment {
  const environment = withNumbers(new Environment(OPTIONS));
  const declared = { ...stepRoots, vars: Object.fromEntries(vars.map((name) => [name, "string"])) };
  for (const [root, fields] of Object.entries(declared)) {
    const type = typeName(root);
    environment.registerType(type, {
      fields: Object.fromEntries(Object.entries(fields).map(([name, of]) => [name, celType(of)])),
    });
    environment.registerVariable(root, type);
  }
  for (const nullable of ["string", TIMESTAMP, "Location", "Employee", "Entity"]) {
    environment.registerOperator(`${nullable} == null`, (a, b) => a === b);
  }
  return environment.registerVariable("context", "map<string, dyn>");
}

/** Knows the same names and no types: each operation looks at the values it gets, so that a `null` is an error where it does not fit. */
export function evaluatingEnvironment(): Environment {
  const environment = withNumbers(new Environment(OPTIONS));
  for (const root of [...Object.keys(stepRoots), "vars", "context"]) environment.registerVariable(root, "dyn");
  return environment;
}

function typeName(root: string): string {
  return root.charAt(0).toUpperCase() + root.slice(1);
}

function celType(field: string): string {
  return field === "timestamp" ? TIMESTAMP : field;
}

/** A number in JSON is a double and a whole literal an int: without these, `context.amount + 1` would be an error. */
export function withNumbers(environment: Environment): Environment {
  const operators: Record<string, (a: number, b: number) => number> = {
    "+": (a, b) => a + b,
    "-": (a, b) => a - b,
    "*": (a, b) => a * b,
    "/": (a, b) => a / b,
    "%": (a, b) => a % b,
  };
  for (const [operator, calculate] of Object.entries(operators)) {
    const handler = (a: number | bigint, b: number | bigint) => calculate(Number(a), Number(b));
    environment
      .registerOperator(`double ${operator} int: double`, handler)
      .registerOperator(`int ${operator} double: double`, handler);
  }
  environment.registerOperator("double % double", (a: number, b: number) => a % b);
  return environment.registerOperator("int == double", (a: bigint, b: number) => Number(a) === b);
}

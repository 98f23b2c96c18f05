import type { CelProblem, CelRoots, SourceHome } from "../contracts/plugin.js";
import { compiled } from "./compiled.js";
import { explained, type ExpressionProblem, type KnownNames } from "./explained.js";
import { refuseUnknownFunctions } from "./functions.js";
import { plainValue } from "./plain-value.js";
import { checkingRoots, evaluatingRoots } from "./source-environments.js";

/**
 * The conditions and mappings of sources: CEL over the roots that a plugin declares, and `vars`. Unknown names, functions, fields of
 * declared objects and wrong types are problems. Regular expressions (`matches`) are left out.
 */
export function sourceExpressions(vars: Readonly<Record<string, string>>): SourceHome["cel"] {
  const known = new Map<string, Known>();

  return (source, roots) => {
    const { checking, evaluating, names } = remembered(known, roots, Object.keys(vars));
    try {
      const parsed = checking.parse(source);
      refuseUnknownFunctions(parsed.ast, source);
      const { error, type = "dyn" } = parsed.check();
      if (error) return problemOf(explained(error, source, names));
      const run = compiled(evaluating, source, names);
      return { type, run: (values) => plainValue(run({ ...values, vars })) };
    } catch (error) {
      return problemOf(explained(error, source, names));
    }
  };
}

interface Known {
  checking: ReturnType<typeof checkingRoots>;
  evaluating: ReturnType<typeof evaluatingRoots>;
  names: KnownNames;
}

/** Environments are dear, and the rules of a source have the same roots. */
function remembered(known: Map<string, Known>, roots: CelRoots, vars: readonly string[]): Known {
  const key = JSON.stringify(roots);
  const found = known.get(key) ?? {
    checking: checkingRoots(roots, vars),
    evaluating: evaluatingRoots(roots),
    names: { roots: fieldsOf(roots), vars, texts: true },
  };
  known.set(key, found);
  return found;
}

function fieldsOf(roots: CelRoots): KnownNames["roots"] {
  return Object.fromEntries(
    Object.entries(roots).map(([root, fields]) => [root, fields === "dyn" ? null : Object.keys(fields)]),
  );
}

function problemOf({ message, hint, line, column }: ExpressionProblem): CelProblem {
  return { problem: message, hint, line, column };
}

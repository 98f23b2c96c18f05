import type { Environment } from "@marcbachmann/cel-js";
import { explained, type KnownNames } from "./explained.js";
import { refuseUnknownFunctions } from "./functions.js";

/** Makes `source` ready. Throws, as what it returns does, an `Error` with the sentence that `explained` finds. */
export function compiled(
  environment: Environment,
  source: string,
  names: KnownNames,
): (values: Record<string, unknown>) => unknown {
  const said = (error: unknown) => new Error(explained(error, source, names).message, { cause: error });
  try {
    const parsed = environment.parse(source);
    refuseUnknownFunctions(parsed.ast, source);
    const { error } = parsed.check();
    if (error) throw error;
    return (values) => {
      try {
        return parsed(values) as unknown;
      } catch (error) {
        throw said(error);
      }
    };
  } catch (error) {
    throw said(error);
  }
}

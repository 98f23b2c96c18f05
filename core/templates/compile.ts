import { Context, LiquidError, toValueSync, type Emitter } from "liquidjs";
import { LIMITS, engines, type TemplateKind, type TemplateValues } from "./engine.js";
import { folded } from "./fold.js";
import { written } from "./written.js";

/** A template could not be filled in. The message is a sentence without any of the values. */
export class TemplateFailure extends Error {
  override readonly name = "TemplateFailure";
}

const CONTROLS = /[\p{Cc}\u2028\u2029]+/gu;

/**
 * Parses a template once; what comes back fills it in. A variable that does not exist is empty. A subject comes out as one line.
 * Both throw {@link TemplateFailure}: at a syntax error, a value that cannot be written, or a limit.
 */
export function compileTemplate(source: string, kind: TemplateKind): (values: TemplateValues) => string {
  const fill = folded(source, kind) ?? interpreted(source, kind);
  return (values) => {
    const text = guarded(() => fill(values));
    if (text.length > LIMITS.output) throw tooLong();
    return kind === "subject" ? text.replace(CONTROLS, " ").trim() : text;
  };
}

/** The way of LiquidJS itself, for every template. */
export function interpreted(source: string, kind: TemplateKind): (values: TemplateValues) => string {
  const engine = engines[kind];
  const templates = guarded(() => engine.parse(source));
  return (values) => {
    const context = new Context(values, engine.options, { sync: true }, { liquid: engine });
    const output = new BoundedOutput();
    guarded(() => void toValueSync(engine.renderer.renderTemplates(templates, context, output)));
    return output.buffer;
  };
}

/** LiquidJS bounds what filters make, not what loops write. */
class BoundedOutput implements Emitter {
  buffer = "";
  write(value: unknown): void {
    this.buffer += written(value);
    if (this.buffer.length > LIMITS.output) throw tooLong();
  }
}

function guarded<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw failure(error);
  }
}

/** Without `cause`: errors of LiquidJS quote the template and, for some filters, the value. */
function failure(error: unknown): TemplateFailure {
  const origin = LiquidError.is(error) ? (error.originalError ?? error) : error;
  if (origin instanceof TemplateFailure) return origin;
  const line = LiquidError.is(error) ? ` (line ${error.token.getPosition()[0]})` : "";
  const limit =
    origin instanceof Error
      ? /^(memory alloc|template render|parse length) limit/.exec(origin.message)?.[1]
      : undefined;
  return new TemplateFailure(
    `The template ${limit ? EXCEEDED[limit as keyof typeof EXCEEDED] : "cannot be filled in"}${line}`,
  );
}

const EXCEEDED = {
  "memory alloc": "uses more memory than it may",
  "template render": "takes longer than it may",
  "parse length": `is longer than ${LIMITS.source} characters`,
};

function tooLong(): TemplateFailure {
  return new TemplateFailure(`The template writes more than ${LIMITS.output} characters`);
}

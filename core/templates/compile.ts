import { toValueSync, type Emitter } from "liquidjs";
import { Budget, WatchedContext } from "./budget.js";
import { engines, type TemplateKind, type TemplateValues } from "./engine.js";
import { guarded } from "./failure.js";
import { folded } from "./fold.js";
import { written } from "./written.js";

/** Fills in a template, for no more than the budget. Throws nothing but `TemplateFailure`. */
export type Fill = (values: TemplateValues, budget?: Budget) => string;

const CONTROLS = /[\p{Cc}\u2028\u2029]+/gu;

/**
 * Parses a template once; what comes back fills it in. A variable that does not exist is empty. A subject comes out as one line.
 * Both throw `TemplateFailure`: at a syntax error, a value that cannot be written, or a limit.
 */
export function compileTemplate(source: string, kind: TemplateKind): Fill {
  const fill = folded(source, kind) ?? interpreted(source, kind);
  return (values, budget = new Budget()) => {
    const text = guarded(() => fill(values, budget));
    return kind === "subject" ? text.replace(CONTROLS, " ").trim() : text;
  };
}

/** The way of LiquidJS itself, for every template. */
export function interpreted(source: string, kind: TemplateKind): Fill {
  const engine = engines[kind];
  const templates = guarded(() => engine.parse(source));
  return (values, budget = new Budget()) => {
    const output = new BoundedOutput(budget);
    const context = new WatchedContext(values, engine, budget);
    guarded(() => void toValueSync(engine.renderer.renderTemplates(templates, context, output)));
    return output.buffer;
  };
}

/** LiquidJS bounds what filters make, not what loops write. */
class BoundedOutput implements Emitter {
  buffer = "";
  constructor(private readonly budget: Budget) {}
  write(value: unknown): void {
    this.buffer += written(value);
    this.budget.bound(this.buffer);
  }
}

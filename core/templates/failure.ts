import { LiquidError } from "liquidjs";
import type { Unfilled } from "../contracts/step.js";
import { LIMITS, LONGEST_SOURCE } from "./limits.js";

/** A template could not be filled in. The message is a sentence without any of the values. */
export class TemplateFailure extends Error {
  override readonly name = "TemplateFailure";
}

/** A template costs more than it may. */
export class LimitReached extends TemplateFailure {
  constructor(
    readonly limit: keyof typeof EXCEEDED,
    where = "",
  ) {
    super(`The template ${EXCEEDED[limit]}${where}`);
  }
}

const EXCEEDED = {
  memory: "uses more memory than it may",
  time: "takes longer than it may",
  output: `writes more than ${LIMITS.output} characters`,
  filter: "uses a filter that may take long",
  html: "writes HTML that is too long to be made into text",
};

/** Runs `work`; whatever it throws comes out as a {@link TemplateFailure}. */
export function guarded<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw failure(error);
  }
}

/** The failure as a value; every other error is thrown on. */
export function unfilled(error: unknown): Unfilled {
  if (error instanceof TemplateFailure) return { unfilled: error.message };
  throw error;
}

/** Without `cause`: errors of LiquidJS quote the template and, for some filters, the value. */
function failure(error: unknown): TemplateFailure {
  const origin = LiquidError.is(error) ? (error.originalError ?? error) : error;
  if (origin instanceof TemplateFailure) return origin;
  const where = LiquidError.is(error) ? ` (line ${error.token.getPosition()[0]})` : "";
  const limit =
    origin instanceof Error ? /^(memory alloc|template render|parse length) limit/.exec(origin.message) : null;
  switch (limit?.[1]) {
    case "memory alloc":
      return new LimitReached("memory", where);
    case "template render":
      return new LimitReached("time", where);
    case "parse length":
      return new TemplateFailure(`The template is longer than ${LONGEST_SOURCE} characters${where}`);
    default:
      return new TemplateFailure(`The template cannot be filled in${where}`);
  }
}

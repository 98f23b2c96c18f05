import { formatProblem, type Problem } from "../config/problem.js";

/** The configuration cannot be used: every problem of it. Ends a command with exit code 3. */
export class Problems extends Error {
  override readonly name = "Problems";
  constructor(readonly problems: readonly Problem[]) {
    super(`The configuration has ${problems.length} problems`);
  }

  /** A block per problem: where it is, what it is, and below it what to do. */
  text(): string {
    return this.problems.map(formatProblem).join("\n");
  }
}

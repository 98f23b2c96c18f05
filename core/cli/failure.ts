/** What the exit codes of every command mean. */
export const exit = { done: 0, failed: 1, differences: 2, problems: 3, usage: 64, interrupted: 130 } as const;

export type ExitCode = (typeof exit)[keyof typeof exit];

/** Ends a command: `message` is one sentence that says what is wrong, `hint` one that says what to do about it. */
export class Failure extends Error {
  override readonly name = "Failure";
  constructor(
    message: string,
    readonly hint: string,
    readonly code: ExitCode = exit.failed,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** A command line that cannot be understood. */
export function usage(message: string, hint: string): Failure {
  return new Failure(message, hint, exit.usage);
}

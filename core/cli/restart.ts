/**
 * What a server tells V8. Left to itself V8 lets garbage pile up for as long as there is memory: the same work then takes twice the
 * memory and saves no time that could be measured (npm run bench).
 */
const flags = ["--max-semi-space-size=8", "--heap-growing-percent=50"];

/** As much of a Node.js process as is needed. `execve` is not there on Windows, nor in older Node.js. */
export interface Restartable {
  readonly execPath: string;
  readonly execArgv: readonly string[];
  readonly argv: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly execve?: ((file: string, args: readonly string[], env: NodeJS.ProcessEnv) => unknown) | undefined;
}

/**
 * V8 takes the size of its heap from the command line only: a server that was started without puts itself in its own place, under the
 * same process id. Not where somebody has sized the heap, or where it cannot be done.
 */
export function restartWithHeap(process: Restartable): void {
  const { execPath, execArgv, argv, env, execve } = process;
  const given = [...execArgv, env["NODE_OPTIONS"] ?? ""].join(" ");
  if (argv[2] !== "serve" || !execve || /semi[-_]space|old[-_]space|heap[-_]growing/.test(given)) return;
  execve.call(process, execPath, [execPath, ...execArgv, ...flags, ...argv.slice(1)], env);
}

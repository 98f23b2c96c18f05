import { spawn } from "node:child_process";
import { root } from "./root.mjs";

/**
 * Runs a program in the top folder and answers its exit code (or the signal that ended it). What it prints goes to stderr or,
 * with `capture`, comes back as `stdout` and `stderr`.
 */
export function run(program, args, { capture = false, env = process.env } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: root,
      env,
      stdio: ["ignore", capture ? "pipe" : 2, capture ? "pipe" : 2],
    });
    const stdout = collect(child.stdout);
    const stderr = collect(child.stderr);
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code: code ?? signal, stdout: stdout(), stderr: stderr() }));
  });
}

function collect(stream) {
  const chunks = [];
  stream?.on("data", (chunk) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString();
}

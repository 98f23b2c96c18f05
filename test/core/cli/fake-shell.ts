import { EventEmitter } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ClusterConfig, LocalConfig } from "../../../core/config/server-config.js";
import type { Parts } from "../../../core/cli/parts.js";
import { run } from "../../../core/cli/run.js";
import type { Shell } from "../../../core/cli/shell.js";

/** A shell whose streams are kept as text; `exits` holds the codes of forced ends. */
export interface FakeShell extends Shell {
  readonly out: string[];
  readonly err: string[];
  readonly exits: number[];
  readonly alarms: EventEmitter;
}

export function fakeShell(
  args: readonly string[],
  options: { cwd?: string; stdin?: string; terminal?: boolean } = {},
): FakeShell {
  const [out, err, exits]: [string[], string[], number[]] = [[], [], []];
  const sink = (texts: string[]) => ({
    isTTY: options.terminal ?? false,
    columns: 80,
    write: (text: string) => texts.push(text),
  });
  return {
    args,
    env: {},
    cwd: options.cwd ?? process.cwd(),
    stdin: (async function* () {
      yield options.stdin ?? "";
    })(),
    stdout: sink(out),
    stderr: sink(err),
    alarms: new EventEmitter(),
    exit: (code) => exits.push(code),
    out,
    err,
    exits,
  };
}

/** Runs a command line in this process: its exit code and what it said. */
export async function furrow(
  args: readonly string[],
  parts?: Partial<Parts>,
  options?: Parameters<typeof fakeShell>[1],
): Promise<{ code: number; out: string; err: string }> {
  const shell = fakeShell(args, options);
  const code = await run(shell, { ...unused, ...parts });
  return { code, out: shell.out.join(""), err: shell.err.join("") };
}

/** A folder that is gone when the test ends. */
export function temporaryFolder(test: { teardown(end: () => void): void }): string {
  const folder = mkdtempSync(join(tmpdir(), "furrow-cli-"));
  test.teardown(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A server config with nothing in it but what is given. */
export function serverConfig(fields: Partial<LocalConfig> = {}): LocalConfig {
  return {
    file: "furrow.yaml",
    mode: "local",
    organization: "default",
    http: { listen: { host: "127.0.0.1", port: 0 }, publicUrl: null, rateLimit: null },
    sqlite: { file: "furrow.db" },
    node: { name: null, lease: 30_000 },
    project: "project",
    vars: {},
    channels: {},
    retention: { outbox: 0, events: 0, refused: 0, idempotency: 0 },
    language: "en",
    ...fields,
  };
}

/** Of one of several servers. */
export function clusterConfig(): ClusterConfig {
  const { sqlite: _, ...rest } = serverConfig();
  return { ...rest, mode: "cluster", mongodb: { url: "mongodb://127.0.0.1:1/furrow" } };
}

const unused: Parts = {
  readServerConfig: () => Promise.reject(new Error("The server config was read")),
  readProject: () => Promise.reject(new Error("The project was read")),
  createRuntime: () => Promise.reject(new Error("The runtime was made")),
};

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { test } from "tap";
import { verbs } from "../../core/cli/verbs.js";
import { healthRoutes } from "../../core/http/routes/health.js";
import type { Store } from "../../core/contracts/store.js";
import { copyOf, isInContext, stagesOf, type Stage } from "./dockerfile.js";

const top = fileURLToPath(new URL("../../../", import.meta.url));
const text = (file: string) => readFileSync(`${top}${file}`, "utf8");
const stages = stagesOf(text("config/Dockerfile"));
const packageJson = JSON.parse(text("package.json")) as { bin: { furrow: string }; engines: { node: string } };

function only(stage: Stage | undefined, word: string): string {
  const found = stage?.instructions.filter((one) => one.word === word) ?? [];
  if (found.length !== 1) throw new Error(`There are ${found.length} of ${word}`);
  return found[0]?.text ?? "";
}

test("two stages, of which the second has nothing but what runs", async (t) => {
  t.equal(stages.length, 2);
  const [build, final] = stages;
  t.equal(build?.name, "build");
  for (const { base } of stages) t.match(base, /^node:24-[a-z]+-slim$/);
  t.notOk(final?.instructions.some(({ word, text: line }) => word === "RUN" && line.includes("npm")));
  t.match(build?.instructions.at(-1), { word: "RUN", text: '["npm", "prune", "--omit=dev"]' });
});

test("what is copied is there: in the build context, or in an earlier stage", async (t) => {
  const ignoring = text(".dockerignore");
  for (const [index, { instructions }] of stages.entries()) {
    for (const { text: line } of instructions.filter(({ word }) => word === "COPY")) {
      const { from, sources } = copyOf(line);
      t.ok(sources.length > 0, line);
      if (from !== undefined) {
        t.ok(
          stages.slice(0, index).some(({ name }) => name === from),
          line,
        );
        t.ok(
          sources.every((source) => source.startsWith("/app/")),
          line,
        );
        continue;
      }
      for (const source of sources) {
        t.ok(existsSync(`${top}${source}`), source);
        t.ok(isInContext(source.replace(/\/$/, ""), ignoring), `${source} is in the context`);
      }
    }
  }
});

test("everything that the build reads is copied before", async (t) => {
  const copied = (stages[0]?.instructions ?? [])
    .filter(({ word }) => word === "COPY")
    .flatMap(({ text: line }) => copyOf(line).sources);
  for (const file of [
    "package.json",
    "package-lock.json",
    ".npmrc",
    ".house/",
    "tsconfig.json",
    "core/",
    "plugins/",
    "connectors/",
  ])
    t.ok(copied.includes(file), file);
});

test("what belongs to the machine stays out of the image", async (t) => {
  const ignoring = text(".dockerignore");
  for (const path of [
    "node_modules/x",
    "dist/core",
    ".git/config",
    "data/furrow.db",
    ".env",
    "test/x.ts",
    "core/x.log",
  ])
    t.notOk(isInContext(path, ignoring), path);
});

test("it runs as nobody special, and signals reach the program itself", async (t) => {
  const [, final] = stages;
  const words = final?.instructions.map(({ word }) => word) ?? [];
  t.equal(only(final, "USER"), "node");
  t.ok(words.indexOf("USER") < words.indexOf("ENTRYPOINT"));
  t.notOk(words.slice(words.indexOf("USER")).some((word) => ["RUN", "COPY", "USER"].includes(word) && word !== "USER"));
  t.same(JSON.parse(only(final, "ENTRYPOINT")), ["node", `/app/${packageJson.bin.furrow}`]);
  const [verb = ""] = JSON.parse(only(final, "CMD")) as string[];
  t.ok(verb in verbs);
  t.equal(only(final, "STOPSIGNAL"), "SIGTERM");
});

test("its health is asked of the port that it listens on, at a route that needs no key", async (t) => {
  const [, final] = stages;
  const health = only(final, "HEALTHCHECK");
  const command = JSON.parse(/CMD (\[.*\])$/.exec(health)?.[1] ?? "null") as string[];
  const [, port, path] = /http:\/\/127\.0\.0\.1:(\d+)([\w/]+)/.exec(command.at(-1) ?? "") ?? [];
  t.equal(only(final, "EXPOSE"), port);
  t.match(JSON.parse(only(final, "CMD")) as string[], [/serve/, /--config/, /^\//, /--listen/, `0.0.0.0:${port}`]);
  const routes = healthRoutes({ store: {} as Store, ready: () => true });
  t.match(
    routes.find((route) => route.path === path),
    { method: "GET", options: { app: { access: "public" } } },
  );
});

test("its health command answers by its exit code", async (t) => {
  const [, final] = stages;
  const command = JSON.parse(/CMD (\[.*\])$/.exec(only(final, "HEALTHCHECK"))?.[1] ?? "[]") as string[];
  const exitCode = async (port: number): Promise<number> => {
    const script = (command.at(-1) ?? "").replace(":3000", `:${port}`);
    const child = spawn(process.execPath, ["-e", script], { stdio: "ignore" });
    const [code] = (await once(child, "close")) as [number];
    return code;
  };
  let status = 200;
  const server = createServer((_, response) => response.writeHead(status).end("{}")).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  t.equal(await exitCode(port), 0);
  status = 503;
  t.equal(await exitCode(port), 1);
  server.close();
  await once(server, "close");
  t.equal(await exitCode(port), 1);
});

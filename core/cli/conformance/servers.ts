import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Project } from "../../config/project.js";
import type { ServerConfig } from "../../config/server-config.js";
import type { Log } from "../../contracts/log.js";
import { pipelineProject, type RunningServer, type Servers } from "../../contracts/suites/pipeline-parts.js";
import type { Subject } from "../../contracts/suites/suite.js";
import { newApiKey } from "../api-key.js";
import type { Parts } from "../parts.js";
import { Problems } from "../problems.js";

/** How long a server may take to end what is under way, in milliseconds. */
const grace = 8_000;
const day = 86_400_000;

/**
 * Servers of the suites' own project over the store that `config` names: they listen on free ports of this machine, and keep what they
 * send. `close` stops those that still run.
 */
export async function suiteServers(config: ServerConfig, parts: Parts, log: Log): Promise<Subject<Servers>> {
  const folder = await mkdtemp(join(tmpdir(), "furrow-conformance-"));
  const running = new Set<RunningServer>();
  let started = 0;
  const http = { listen: { host: "127.0.0.1", port: 0 }, publicUrl: null, rateLimit: null };
  const retention = { outbox: day, events: day, refused: day, idempotency: day };
  const own = {
    ...config,
    http,
    project: folder,
    vars: {},
    channels: { email: { use: "outbox" as const } },
    retention,
  };
  const project = await written(own, parts);
  return {
    subject: {
      async start() {
        const node = { ...config.node, name: `conformance-${++started}` };
        const server = await startedServer({ ...own, node }, project, parts, log);
        const whole: RunningServer = {
          ...server,
          async stop() {
            if (running.delete(whole)) await server.stop();
          },
        };
        running.add(whole);
        return whole;
      },
    },
    async close() {
      for (const server of running) await server.stop();
      await rm(folder, { recursive: true });
    },
  };
}

async function written(config: ServerConfig, parts: Parts): Promise<Project> {
  for (const [path, text] of Object.entries(pipelineProject)) {
    const file = join(config.project, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  const reading = await parts.readProject(config, {});
  if ("problems" in reading) throw new Problems(reading.problems);
  return reading.project;
}

async function startedServer(config: ServerConfig, project: Project, parts: Parts, log: Log): Promise<RunningServer> {
  const { key } = newApiKey();
  const runtime = await parts.createRuntime({ config, project, log, adminToken: key });
  const { url } = await runtime.start();
  return {
    key,
    async ask({ method, path, headers = {}, text }) {
      const answer = await fetch(`${url}${path}`, { method, headers, ...(text === undefined ? {} : { body: text }) });
      return { status: answer.status, headers: Object.fromEntries(answer.headers), text: await answer.text() };
    },
    async stop() {
      await runtime.stop(grace);
      await runtime.close();
    },
  };
}

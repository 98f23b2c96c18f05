import { join } from "node:path";
import type { Test } from "tap";
import { readProject, type Project } from "../../../core/config/project.js";
import { formatProblem, shownPath, type Problem } from "../../../core/config/problem.js";
import { readServerConfig, type ServerConfig } from "../../../core/config/server-config.js";
import type { Json } from "../../../core/contracts/model.js";
import type { SourceReading } from "../../../core/config/sources.js";
import type { StepType } from "../../../core/contracts/step.js";
import { sourceLoader } from "../../../core/loader/source-loader.js";
import { ordersPlugin } from "../../../plugins/orders/orders.js";
import { restPlugin } from "../../../plugins/rest/rest.js";
import { fakeConnectors } from "../../plugins/fake-connectors.js";

/** Steps that take everything. */
export const fakeSteps: ReadonlyMap<string, StepType> = new Map(
  ["email", "wait", "exit"].map((name) => [name, fakeStep(name)]),
);

function fakeStep(name: string): StepType {
  return {
    name,
    read: (value) => ({ settings: { value: value as Json } }),
    prepare: () => () => ({ do: "continue" }),
  };
}

/** Files by their path in a folder. */
export type Files = Readonly<Record<string, string | Buffer>>;

/** A configuration with what `lint` is to say about it, word for word. */
export interface Broken<T> {
  name: string;
  given: T;
  said: string;
}

/** Puts the files into a fresh folder and answers its path. */
export function folderOf(t: Test, files: Files): string {
  const tree: Record<string, string | Buffer | Record<string, string | Buffer>> = {};
  for (const [path, content] of Object.entries(files)) {
    const [folder = "", name] = path.split("/");
    if (name === undefined) tree[path] = content;
    else tree[folder] = { ...(tree[folder] as Record<string, string | Buffer> | undefined), [name]: content };
  }
  return t.testdir(tree);
}

/** Reads a server config that must be right. */
export async function serverConfig(t: Test, text: string, env: Record<string, string> = {}): Promise<ServerConfig> {
  const folder = folderOf(t, { "furrow.yaml": text, "project/README": "" });
  const read = await readServerConfig(join(folder, "furrow.yaml"), env);
  if ("config" in read) return read.config;
  throw new Error(read.problems.map(formatProblem).join("\n"));
}

/** What is wrong with a server config, as `lint` prints it, with paths from its folder. */
export async function serverProblems(t: Test, text: string, env: Record<string, string> = {}): Promise<string> {
  const folder = folderOf(t, { "furrow.yaml": text });
  const read = await readServerConfig(join(folder, "furrow.yaml"), env);
  return "problems" in read ? printed(read.problems, folder) : "";
}

/** The real plugins, over platforms that are fakes. */
export const fakeSources: SourceReading = {
  env: { SHOP_SECRET: "5ecret-of-the-shop" },
  load: sourceLoader({
    orders: async () => ({ default: ordersPlugin(fakeConnectors) }),
    rest: async () => ({ default: restPlugin(fakeConnectors) }),
  }),
};

export const noHttp = { listen: { host: "127.0.0.1", port: 3000 }, publicUrl: null, rateLimit: null };

const home = { http: noHttp, organization: "default", vars: { shopUrl: "https://shop.example" }, language: "en" };

/** Reads project files that must be right. */
export async function project(
  t: Test,
  files: Files,
  types: ReadonlyMap<string, StepType> = fakeSteps,
): Promise<Project> {
  const read = await readProject({ ...home, project: folderOf(t, files) }, types, fakeSources);
  if ("project" in read) return read.project;
  throw new Error(read.problems.map(formatProblem).join("\n"));
}

/** What is wrong with project files, as `lint` prints it, with paths from the project's folder. */
export async function projectProblems(
  t: Test,
  files: Files,
  types: ReadonlyMap<string, StepType> = fakeSteps,
): Promise<string> {
  const folder = folderOf(t, files);
  const read = await readProject({ ...home, project: folder }, types, fakeSources);
  return "problems" in read ? printed(read.problems, folder) : "";
}

function printed(problems: readonly Problem[], folder: string): string {
  return problems
    .map(formatProblem)
    .join("\n")
    .replaceAll(`${shownPath(folder)}/`, "");
}

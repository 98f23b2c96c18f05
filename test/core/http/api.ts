import "reflect-metadata";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Clock, Ids } from "../../../core/contracts/clock.js";
import type { Scheduler } from "../../../core/contracts/scheduler.js";
import type { RunnableStep, Sequences } from "../../../core/contracts/step.js";
import type { PublishedSequence, Store } from "../../../core/contracts/store.js";
import type { Verbs } from "../../../core/contracts/verbs.js";
import { createHttpServer, type HttpParts, type HttpServer } from "../../../core/http/server.js";
import { normalizer } from "../../../core/people/normalizer.js";
import { Doors } from "../../../core/pipeline/doors.js";
import { Execute } from "../../../core/pipeline/execute.js";
import { Intervene } from "../../../core/pipeline/intervene.js";
import { openSqliteStore } from "../../../core/stores/sqlite/sqlite-store.js";
import type { ChannelMap } from "../../../core/tokens.js";
import {
  apiKey,
  countingIds,
  directory,
  KEY,
  keptLog,
  NOW,
  only,
  ORGANIZATION,
  partsOf,
  setClock,
  type Line,
  type SetClock,
} from "./parts.js";
import { projectSources, sourceVerbs } from "./sources.js";

const HOUR = 3_600_000;

/** Organization `other` has a key and rows of its own in the same store. */
export const OTHER = "other";
export const OTHER_KEY = `dem_${"z".repeat(43)}`;

export const welcome = sequence("5e900000-0000-7000-8000-000000000001", "welcome", { name: "Welcome" });
export const news = sequence("5e900000-0000-7000-8000-000000000002", "news", { name: "News", purpose: "marketing" });

/** A sequence as a project has it: an e-mail, a wait, an e-mail. */
export function sequence(
  id: string,
  key: string,
  {
    name = key,
    status = "active",
    purpose = "transactional",
    reentry = null,
    steps,
  }: Partial<PublishedSequence & PublishedSequence["definition"]> = {},
): PublishedSequence {
  const email = (step: string) => ({ id: step, type: "email", delay: 0, when: null, settings: { subject: "Hello" } });
  const wait = { id: "pause", type: "wait", delay: HOUR / 2, when: "true", settings: { duration: 2 * HOUR } };
  return {
    id,
    key,
    name,
    status,
    definition: { purpose, reentry, steps: steps ?? [email("hello"), wait, email("tips")] },
  };
}

export interface Reply {
  status: number;
  headers: Record<string, string | string[] | number | undefined>;
  text: string;
  // A test says what it expects; it needs no types for that.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  body: any;
}

export interface Ask {
  key?: string | null;
  headers?: Record<string, string>;
  /** Sent as it is, without a content type. */
  raw?: string | Buffer;
}

export interface Api {
  server: HttpServer;
  store: Store;
  verbs: Verbs;
  sources: ReturnType<typeof sourceVerbs>;
  clock: SetClock;
  lines: Line[];
  /** A path that does not begin with `/u/`, `/health` or `/webhooks` is one of `/api/v1`. */
  call(method: string, path: string, body?: unknown, ask?: Ask): Promise<Reply>;
}

/** The server over a real store in a file, with the engine's own verbs. Nothing moves by itself. */
export async function api(t: { teardown(end: () => unknown): void }, given: Partial<HttpParts> = {}): Promise<Api> {
  const folder = await mkdtemp(join(tmpdir(), "furrow-http-"));
  const store = await openSqliteStore({ file: join(folder, "furrow.db") });
  const clock = setClock();
  const log = keptLog();
  const scheduler = only<Scheduler>("scheduler", { schedule: () => Promise.resolve() });
  const engine = { store, scheduler, sequences: sequencesOf(store), clock, ids: countingIds() };
  const verbs = verbsOf(engine);
  const sources = sourceVerbs({ ...engine, all: await projectSources() });
  const server = await createHttpServer({ ...partsOf({ clock, log, store, verbs, sources }), ...given });
  t.teardown(async () => {
    await server.stop(1_000);
    await store.close();
    await rm(folder, { recursive: true });
  });
  await store.keys.create(apiKey(KEY));
  await store.keys.create(apiKey(OTHER_KEY, { organization: OTHER }));
  await store.sequences.publish(ORGANIZATION, [welcome, news], NOW);
  await store.sequences.publish(OTHER, [sequence("5e900000-0000-7000-8000-00000000000f", "theirs")], NOW);
  return { server, store, verbs, sources, clock, lines: log.lines, call: (...asked) => call(server, ...asked) };
}

async function call(server: HttpServer, method: string, path: string, body?: unknown, ask: Ask = {}): Promise<Reply> {
  const { key = KEY, headers = {}, raw } = ask;
  const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  const answer = await server.inject({
    method,
    url: /^\/(u\/|health|webhooks)/.test(path) ? path : `/api/v1${path}`,
    headers: {
      ...(key === null ? {} : { "x-api-key": key }),
      ...(raw === undefined && body !== undefined ? { "content-type": "application/json" } : {}),
      ...headers,
    },
    ...(payload === undefined ? {} : { payload }),
  });
  const text = answer.payload;
  const json = String(answer.headers["content-type"]).startsWith("application/json") && text !== "";
  return { status: answer.statusCode, headers: answer.headers, text, body: json ? JSON.parse(text) : undefined };
}

interface Engine {
  store: Store;
  scheduler: Scheduler;
  sequences: Sequences;
  clock: Clock;
  ids: Ids;
}

function verbsOf({ store, scheduler, sequences, clock, ids }: Engine): Verbs {
  const channels: ChannelMap = new Map([["email", only<never>("channel")]]);
  const execute = new Execute(
    store,
    scheduler,
    sequences,
    directory,
    normalizer(),
    clock,
    ids,
    keptLog(),
    new Doors(clock),
  );
  const intervene = new Intervene(store, scheduler, sequences, channels, clock);
  return {
    execute: (asked) => execute.run(asked),
    retry: (organization, id) => intervene.retry(organization, id),
    skip: (organization, id) => intervene.skip(organization, id),
    cancelSending: (organization, id) => intervene.cancelSending(organization, id),
    cancelExecution: (organization, id) => intervene.cancelExecution(organization, id),
    resumeChannel: (name) => intervene.resumeChannel(name),
  };
}

function sequencesOf({ sequences }: Store): Sequences {
  return {
    async runnable(id, version) {
      const [home, stored] = await Promise.all([sequences.byId(id), sequences.version(id, version)]);
      if (!home || !stored) throw new Error("never published");
      const steps = stored.definition.steps.map((step): RunnableStep => ({
        ...step,
        applies: () => true,
        begin: () => ({ do: "continue" }),
      }));
      const { reentry } = stored.definition;
      return { id, key: home.key, version, purpose: home.purpose, reentry, needsEntity: false, exitWhen: [], steps };
    },
    status: async (id) => (await sequences.byId(id))?.status ?? "archived",
  };
}

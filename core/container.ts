import "reflect-metadata";
import { hostname } from "node:os";
import { container as root, type DependencyContainer } from "tsyringe";
import { openChannels } from "./channels/channels.js";
import type { Project } from "./config/project.js";
import type { ServerConfig } from "./config/server-config.js";
import type { Channel } from "./contracts/channel.js";
import type { Log } from "./contracts/log.js";
import type { Duration } from "./contracts/model.js";
import type { Scheduler } from "./contracts/scheduler.js";
import type { SourceVerbs } from "./contracts/source-verbs.js";
import type { Store } from "./contracts/store.js";
import type { Verbs } from "./contracts/verbs.js";
import { stepExpressions } from "./expressions/expressions.js";
import { createHttpServer, type HttpServer } from "./http/server.js";
import { agendaScheduler } from "./jobs/agenda-scheduler.js";
import { unsubscribeLinks } from "./links/unsubscribe-links.js";
import { normalizer } from "./people/normalizer.js";
import { Advance } from "./pipeline/advance.js";
import { Deliver } from "./pipeline/deliver.js";
import { Doors } from "./pipeline/doors.js";
import { Ended } from "./pipeline/ended.js";
import { Execute } from "./pipeline/execute.js";
import { Intake } from "./pipeline/intake.js";
import { Intervene } from "./pipeline/intervene.js";
import { ADVANCE, ENDED, INTAKE, SWEEP, SWEEP_ID } from "./pipeline/jobs.js";
import { Ledger } from "./pipeline/ledger.js";
import { Receive } from "./pipeline/receive.js";
import { Replay } from "./pipeline/replay.js";
import { SourceDesk } from "./pipeline/source-desk.js";
import { SourceStates } from "./pipeline/source-states.js";
import { Sweep } from "./pipeline/sweep.js";
import { openSources, type OpenSources } from "./platform/sources.js";
import { believedSequences } from "./steps/believed-sequences.js";
import { sequenceLibrary } from "./steps/sequences.js";
import { sqliteAgendaBackend } from "./stores/sqlite/jobs.js";
import { openSqliteStore } from "./stores/sqlite/sqlite-store.js";
import { systemClock } from "./system/clock.js";
import { systemIds } from "./system/ids.js";
import { renderer } from "./templates/renderer.js";
import {
  CHANNELS,
  CLOCK,
  DIRECTORY,
  IDS,
  LOG,
  NORMALIZER,
  SCHEDULER,
  SEQUENCES,
  SETTINGS,
  SOURCES,
  STORE,
} from "./tokens.js";

/** How many executions are advanced side by side: enough to keep every channel's places in flight taken. */
const advancing = 64;

/** How many sources' events are taken in side by side. */
const takingIn = 16;

export interface RuntimeParts {
  config: ServerConfig;
  project: Project;
  log: Log;
  /** A key that opens the API of this runtime, and of no other. */
  adminToken?: string;
}

/** Everything that a process runs on, assembled from its configuration. Nothing happens before `start`. */
export interface Runtime {
  readonly store: Store;
  readonly verbs: Verbs;
  /** Answers `inject` also when nothing was started. */
  readonly http: HttpServer;
  /**
   * For the one server of a database: publishes the project, takes up what the process before it had in hand, runs jobs and listens.
   * Without it the runtime can still be used beside that server, which finds new alarms within seconds.
   */
  start(): Promise<{ url: string }>;
  /** Takes no new work and ends what is under way, within `timeout`: calls of providers that take longer are settled as uncertain. */
  stop(timeout: Duration): Promise<void>;
  /** Gives back files and sockets. */
  close(): Promise<void>;
}

/** Opens the store and the channels. Rejects with a sentence when one of them cannot be used. */
export async function createRuntime(parts: RuntimeParts): Promise<Runtime> {
  const { config, log } = parts;
  const store = await openSqliteStore({ file: config.sqlite.file });
  const scheduler = agendaScheduler({
    backend: sqliteAgendaBackend(store.database),
    name: config.node.name ?? hostname(),
    log,
    alone: true,
  });
  try {
    return await assembled(parts, store, scheduler);
  } catch (cause) {
    await store.close();
    throw cause;
  }
}

async function assembled(parts: RuntimeParts, opened: Store, scheduler: Scheduler): Promise<Runtime> {
  const store: Store = { ...opened, sequences: believedSequences(opened.sequences, systemClock) };
  const { config, project, log } = parts;
  const { directory } = project;
  const { organization, language, vars } = config;
  const channels = await openChannels(config.channels, { store, clock: systemClock, ids: systemIds, log });
  let { publicUrl } = config.http;
  const links = unsubscribeLinks({
    secret: await store.secret("unsubscribe"),
    publicUrl: () => publicUrl ?? `http://${config.http.listen.host}:${config.http.listen.port}`,
  });
  const rendering = renderer();
  const sources = openSources({
    organization,
    sources: project.sources,
    sequences: project.sequences,
    clock: systemClock,
  });
  const sequences = sequenceLibrary({
    store,
    directory,
    vars,
    organizationName: organization,
    links,
    expressions: stepExpressions(Object.keys(vars)),
    letters: rendering.letters,
  });

  // One container per runtime: several live side by side in one process of tests.
  const container = root.createChildContainer();
  container.register(STORE, { useValue: store });
  container.register(SCHEDULER, { useValue: scheduler });
  container.register(SEQUENCES, { useValue: sequences });
  container.register(CHANNELS, { useValue: channels });
  container.register(SOURCES, { useValue: sources });
  container.register(DIRECTORY, { useValue: directory });
  container.register(NORMALIZER, { useValue: normalizer() });
  container.register(CLOCK, { useValue: systemClock });
  container.register(IDS, { useValue: systemIds });
  container.register(LOG, { useValue: log });
  container.register(SETTINGS, {
    useValue: {
      lease: 120_000,
      sweepEvery: 60_000,
      callGrace: 30_000,
      probeEvery: 15 * 60_000,
      retention: config.retention,
    },
  });
  container.registerSingleton(Ledger);
  container.registerSingleton(Deliver);
  container.registerSingleton(SourceStates);
  container.registerSingleton(Doors);
  container.registerSingleton(Receive);
  container.registerSingleton(Intake);
  const verbs = verbsOf(container);
  const deliver = container.resolve(Deliver);
  const sweep = container.resolve(Sweep);
  scheduler.define(ADVANCE, container.resolve(Advance), { concurrency: advancing });
  scheduler.define(SWEEP, sweep, { concurrency: 1 });
  const intake = container.resolve(Intake);
  scheduler.define(INTAKE, intake, { concurrency: takingIn });
  scheduler.define(ENDED, container.resolve(Ended), { concurrency: 1 });

  let ready = false;
  const http = await createHttpServer({
    listen: config.http.listen,
    publicUrl: publicUrl ?? "",
    organization,
    store,
    verbs,
    sources: sourceVerbsOf(container, sources),
    directory,
    normalizer: normalizer(),
    clock: systemClock,
    ids: systemIds,
    log,
    rateLimit: config.http.rateLimit,
    channels: [...channels].map(([name, { use }]) => ({ name, use })),
    links,
    adminToken: parts.adminToken,
    ready: () => ready,
    language,
  });

  return {
    store,
    verbs,
    http,
    async start() {
      await store.sequences.publish(organization, project.sequences, systemClock.now());
      await sweep.recover();
      await scheduler.schedule(SWEEP, SWEEP_ID, systemClock.now());
      await scheduler.start();
      const { url } = await http.start();
      if (publicUrl === null) await settleDoors(sources, url);
      publicUrl ??= url;
      ready = true;
      setImmediate(() => warm(channels.values(), log));
      return { url };
    },
    async stop(timeout) {
      ready = false;
      deliver.halt();
      // What is left of the time is for writing down how the calls ended.
      const cut = setTimeout(() => deliver.cutShort(), timeout * 0.6);
      await Promise.all([http.stop(timeout), scheduler.stop(timeout), intake.halt()]);
      clearTimeout(cut);
    },
    async close() {
      await Promise.all([
        sources.close(),
        rendering.close(),
        ...[...channels.values()].map((channel) => channel.close()),
      ]);
      await store.close();
    },
  };
}

/** Not before somebody has been told that the server is ready. */
function warm(channels: Iterable<Channel>, log: Log): void {
  for (const channel of channels) {
    channel.warm?.().catch((error: unknown) => {
      log.error({ channel: channel.use, error: error as Error }, "the channel's libraries cannot be loaded");
    });
  }
}

/** The doors of sources are where the server listens, which is known only now. */
async function settleDoors(sources: OpenSources, url: string): Promise<void> {
  if (sources.all.length === 0) return;
  const { relocated } = await import("./loader/source-loader.js");
  sources.replace(sources.all.map((source) => relocated(source, url)));
}

function sourceVerbsOf(container: DependencyContainer, sources: OpenSources): SourceVerbs {
  const desk = container.resolve(SourceDesk);
  const receive = container.resolve(Receive);
  const replay = container.resolve(Replay);
  return {
    list: (organization) => desk.list(organization),
    get: (organization, name) => desk.get(organization, name),
    setStatus: (organization, name, status) => desk.setStatus(organization, name, status),
    find: (name) => sources.get(name),
    receive: (source, request, remote) => receive.run(source, request, remote),
    refuse: (source, request, remote, reason) => receive.refused(source, request, remote, reason),
    replay: (organization, id, dryRun) => replay.one(organization, id, dryRun),
    replayAll: (organization, filter, options) => replay.all(organization, filter, options),
  };
}

function verbsOf(container: DependencyContainer): Verbs {
  const execute = container.resolve(Execute);
  const intervene = container.resolve(Intervene);
  return {
    execute: (call) => execute.run(call),
    retry: (organization, id) => intervene.retry(organization, id),
    skip: (organization, id) => intervene.skip(organization, id),
    cancelSending: (organization, id) => intervene.cancelSending(organization, id),
    cancelExecution: (organization, id) => intervene.cancelExecution(organization, id),
    resumeChannel: (name) => intervene.resumeChannel(name),
  };
}

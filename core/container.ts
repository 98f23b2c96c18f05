import "reflect-metadata";
import { container as root, type DependencyContainer } from "tsyringe";
import { openChannels } from "./channels/channels.js";
import type { Project } from "./config/project.js";
import type { ServerConfig } from "./config/server-config.js";
import type { Channel } from "./contracts/channel.js";
import type { Log } from "./contracts/log.js";
import type { Duration } from "./contracts/model.js";
import type { SourceVerbs } from "./contracts/source-verbs.js";
import type { Store } from "./contracts/store.js";
import type { Verbs } from "./contracts/verbs.js";
import { stepExpressions } from "./expressions/expressions.js";
import type { Foundation, Standing } from "./foundation/foundation.js";
import { createHttpServer, type HttpServer } from "./http/server.js";
import { keptAlarm } from "./jobs/kept-alarm.js";
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

const sweepEvery: Duration = 60_000;

/** How many sources' events are taken in side by side. */
const takingIn = 16;

export interface RuntimeParts {
  config: ServerConfig;
  /** What this process is among the others of its cluster; default: one that does everything. */
  standing?: Standing;
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
   * For a server: publishes the project, takes up what dead processes had in hand, runs jobs and listens, as far as its role asks.
   * Without it the runtime can still be used beside the servers of its store, which find new alarms within seconds.
   */
  start(): Promise<{ url: string }>;
  /** Resolves with the reason when the other servers take this one for dead: it must end. */
  readonly lost: Promise<Error>;
  /** Takes no new work and ends what is under way, within `timeout`: calls of providers that take longer are settled as uncertain. */
  stop(timeout: Duration): Promise<void>;
  /** Gives back files and sockets. */
  close(): Promise<void>;
}

/** Opens the store and the channels. Rejects with a sentence when one of them cannot be used. */
export async function createRuntime(parts: RuntimeParts): Promise<Runtime> {
  const standing = parts.standing ?? { role: "all", version: "" };
  const foundation = await foundationOf(parts, standing);
  try {
    return await assembled(parts, standing, foundation);
  } catch (cause) {
    await foundation.close();
    throw cause;
  }
}

/** Only what the mode needs is loaded. */
async function foundationOf({ config, log }: RuntimeParts, standing: Standing): Promise<Foundation> {
  if (config.mode === "cluster") {
    const { clusterFoundation } = await import("./foundation/cluster.js");
    return clusterFoundation(config, standing, log);
  }
  const { localFoundation } = await import("./foundation/local.js");
  return localFoundation(config, log);
}

async function assembled(parts: RuntimeParts, { role }: Standing, foundation: Foundation): Promise<Runtime> {
  const { scheduler, clock } = foundation;
  const store: Store = { ...foundation.store, sequences: believedSequences(foundation.store.sequences, clock) };
  const { config, project, log } = parts;
  const { directory } = project;
  const { organization, language, vars } = config;
  const channels = await openChannels(config.channels, { store, clock, ids: systemIds, log });
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
    clock,
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
  container.register(CLOCK, { useValue: clock });
  container.register(IDS, { useValue: systemIds });
  container.register(LOG, { useValue: log });
  container.register(SETTINGS, {
    useValue: {
      // Nobody waits for it to lapse: what a dead process had in hand is taken up as soon as its death is known.
      lease: 120_000,
      sweepEvery,
      callGrace: 30_000,
      probeEvery: 15 * 60_000,
      retention: config.retention,
      isAlone: foundation.alone,
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
  let sweeping: { close(): void } | undefined;
  const http = await createHttpServer({
    listen: config.http.listen,
    publicUrl: publicUrl ?? "",
    organization,
    store,
    verbs,
    sources: sourceVerbsOf(container, sources),
    directory,
    normalizer: normalizer(),
    clock,
    ids: systemIds,
    log,
    healthOnly: role === "worker",
    rateLimit: config.http.rateLimit,
    countTogether: foundation.countTogether,
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
    lost: foundation.lost,
    async start() {
      await foundation.join((jobs) => sweep.takeUp({ executions: idsOf(jobs, ADVANCE), sources: idsOf(jobs, INTAKE) }));
      await store.sequences.publish(organization, project.sequences, clock.now());
      if (role !== "api") {
        if (foundation.alone) await sweep.recover();
        await scheduler.schedule(SWEEP, SWEEP_ID, clock.now());
        await scheduler.start();
        if (!foundation.alone)
          sweeping = keptAlarm(scheduler, { name: SWEEP, id: SWEEP_ID, every: sweepEvery }, clock, log);
      }
      if (!foundation.alone && publicUrl === null) log.warn({}, noPublicUrl);
      const { url } = await http.start();
      if (publicUrl === null) await settleDoors(sources, url);
      publicUrl ??= url;
      ready = true;
      if (role !== "api") setImmediate(() => warm(channels.values(), log));
      return { url };
    },
    async stop(timeout) {
      ready = false;
      sweeping?.close();
      deliver.halt();
      // What is left of the time is for writing down how the calls ended.
      const cut = setTimeout(() => deliver.cutShort(), timeout * 0.6);
      await Promise.all([http.stop(timeout), scheduler.stop(timeout), intake.halt()]);
      clearTimeout(cut);
      await foundation.leave();
    },
    async close() {
      await Promise.all([
        sources.close(),
        rendering.close(),
        ...[...channels.values()].map((channel) => channel.close()),
      ]);
      await foundation.close();
    },
  };
}

const noPublicUrl =
  "http.publicUrl is missing: links in mails lead to the process that wrote them, which others may not reach. Set it to the address of all";

function idsOf(jobs: readonly { name: string; id: string }[], job: string): string[] {
  return jobs.filter(({ name }) => name === job).map(({ id }) => id);
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

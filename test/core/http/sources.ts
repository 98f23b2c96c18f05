import type { Clock, Ids } from "../../../core/contracts/clock.js";
import type { Plugin, SourceHome } from "../../../core/contracts/plugin.js";
import type { LoadedSource, Sources } from "../../../core/contracts/source.js";
import type { Scheduler } from "../../../core/contracts/scheduler.js";
import type { SourceVerbs } from "../../../core/contracts/source-verbs.js";
import type { Sequences } from "../../../core/contracts/step.js";
import type { Store } from "../../../core/contracts/store.js";
import { normalizer } from "../../../core/people/normalizer.js";
import { Doors } from "../../../core/pipeline/doors.js";
import { EventPlans } from "../../../core/pipeline/event-plans.js";
import { Intake } from "../../../core/pipeline/intake.js";
import { Receive } from "../../../core/pipeline/receive.js";
import { Replay } from "../../../core/pipeline/replay.js";
import { SourceDesk } from "../../../core/pipeline/source-desk.js";
import { SourceStates } from "../../../core/pipeline/source-states.js";
import { Translate } from "../../../core/pipeline/translate.js";
import bookings from "../../../plugins/bookings/index.js";
import rest from "../../../plugins/rest/index.js";
import { home } from "../../plugins/stage.js";
import { directory, keptLog, ORGANIZATION } from "./parts.js";

const SETTINGS = {
  lease: 60_000,
  sweepEvery: 60_000,
  isAlone: true,
  callGrace: 30_000,
  probeEvery: 60_000,
  retention: { outbox: 1, idempotency: 1, events: 1, refused: 1 },
};

/** The secret of all of them. */
export const SECRET = "s3cret-of-a-source";

/** A source as the loader makes it, behind a door at `origin`. */
export async function sourceOf<Options>(
  name: string,
  plugin: Plugin<Options>,
  given: Record<string, unknown>,
  origin = "https://furrow.example",
): Promise<LoadedSource> {
  const result = await plugin.options["~standard"].validate({ secrets: [SECRET], ...given });
  if (result.issues) throw new Error(JSON.stringify(result.issues));
  const own: SourceHome = { ...home, name, url: `${origin}/webhooks/${name}`, sequences: ["welcome", "news"] };
  return {
    name,
    use: plugin.name,
    connectorName: String(given["connector"]),
    status: "running",
    plugin,
    options: result.value,
    connector: plugin.connector(result.value, own),
    home: own,
  };
}

/** `leads` takes a person in JSON for `welcome`; `clouds` and `salon` are asked whether they are there. */
export async function projectSources(): Promise<LoadedSource[]> {
  const welcome = { event: "*", execute: "welcome", contact: { email: "event.email" } };
  return Promise.all([
    sourceOf("clouds", rest, {
      connector: "cloudevents",
      on: [{ ...welcome, contact: { email: "event.data.email" } }],
    }),
    sourceOf("leads", rest, { connector: "plain", auth: "hmac", on: [welcome] }),
    sourceOf("salon", bookings, { connector: "mindbody", on: [] }),
  ]);
}

export interface SourceParts {
  store: Store;
  scheduler: Scheduler;
  sequences: Sequences;
  clock: Clock;
  ids: Ids;
  all: readonly LoadedSource[];
}

/** The runtime's own verbs. Events are taken in when `takeIn` is called for their source, and at a replay. */
export function sourceVerbs(parts: SourceParts): SourceVerbs & { takeIn(source: string): Promise<void> } {
  const { store, scheduler, sequences, clock, ids, all } = parts;
  const log = keptLog();
  const sources: Sources = {
    organization: ORGANIZATION,
    all,
    get: (name) => all.find((source) => source.name === name),
    exitsOn: () => [],
    http: (name) => {
      throw new Error(`The source ${name} has no platform to ask here`);
    },
  };
  const states = new SourceStates(store, sources, clock);
  const translate = new Translate(store, sources, clock, ids, log);
  const plans = new EventPlans(store, sequences, directory, normalizer(), clock, ids);
  const doors = new Doors(clock);
  const intake = new Intake(store, scheduler, sources, clock, ids, log, SETTINGS, states, translate, plans, doors);
  const desk = new SourceDesk(store, scheduler, sources, clock, states);
  const receive = new Receive(store, scheduler, sources, clock, ids, log, states, doors);
  const replay = new Replay(store, sources, clock, ids, translate, intake);
  return {
    list: (organization) => desk.list(organization),
    get: (organization, name) => desk.get(organization, name),
    setStatus: (organization, name, status) => desk.setStatus(organization, name, status),
    find: (name) => sources.get(name),
    receive: (source, request, remote) => receive.run(source, request, remote),
    refuse: (source, request, remote, reason) => receive.refused(source, request, remote, reason),
    replay: (organization, id, dryRun) => replay.one(organization, id, dryRun),
    replayAll: (organization, filter, options) => replay.all(organization, filter, options),
    async takeIn(name) {
      const { items } = await store.inbox.list(
        ORGANIZATION,
        { source: name, status: "received" },
        { page: 1, limit: 100 },
      );
      await intake.run(name);
      for (const event of items) await intake.ended(event);
    },
  };
}

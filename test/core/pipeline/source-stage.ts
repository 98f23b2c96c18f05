import "reflect-metadata";
import type { Test } from "tap";
import type {
  BookingReading,
  Connector,
  InboundEvent,
  PlatformHttp,
  WebhookRequest,
} from "../../../core/contracts/connector.js";
import { Malformed, Unauthorized } from "../../../core/contracts/errors.js";
import type { InboxEvent } from "../../../core/contracts/inbox.js";
import type { JsonObject } from "../../../core/contracts/model.js";
import type { Command, Translation } from "../../../core/contracts/plugin.js";
import type { LoadedSource, Sources, SourceStatus } from "../../../core/contracts/source.js";
import type { RunnableSequence, Sequences } from "../../../core/contracts/step.js";
import { normalizer } from "../../../core/people/normalizer.js";
import type { Doors } from "../../../core/pipeline/doors.js";
import { Ended } from "../../../core/pipeline/ended.js";
import { EventPlans } from "../../../core/pipeline/event-plans.js";
import { Intake } from "../../../core/pipeline/intake.js";
import { ENDED, INTAKE } from "../../../core/pipeline/jobs.js";
import { Receive } from "../../../core/pipeline/receive.js";
import { Replay } from "../../../core/pipeline/replay.js";
import { SourceDesk } from "../../../core/pipeline/source-desk.js";
import { SourceStates } from "../../../core/pipeline/source-states.js";
import { Sweep } from "../../../core/pipeline/sweep.js";
import { Ledger } from "../../../core/pipeline/ledger.js";
import { Translate } from "../../../core/pipeline/translate.js";
import { engineOf, organization, type Engine } from "./engine.js";

/** What a post to the fake platform says; everything may be left out. */
export interface Post {
  id?: string;
  type?: string;
  words?: InboundEvent["words"];
  trial?: InboundEvent["trial"];
  occurredAt?: number;
  commands?: readonly Command[];
  reason?: Translation["reason"];
}

/** What the fake plugin and platform do beyond what a post says. */
export interface Behaviour {
  fetch?: (event: InboundEvent, http: PlatformHttp) => Promise<InboundEvent>;
  again?: (booking: BookingReading) => Promise<BookingReading>;
  translate?: (event: InboundEvent) => Translation;
  status?: SourceStatus;
  testMode?: boolean;
  /** Other processes work on the store as well. */
  isShared?: boolean;
  /** Instead of the fake one. */
  connector?: Connector;
  fetched?: PlatformHttp;
  exits?: Readonly<Record<string, readonly string[]>>;
}

const day = 86_400_000;

/** A source `shop` over the engine: its posts say themselves what they mean. Signed is what has `x-signature: right`. */
export class SourceStage {
  readonly doors: Doors;
  readonly receive: Receive;
  readonly intake: Intake;
  readonly replay: Replay;
  readonly desk: SourceDesk;
  readonly sweep: Sweep;
  readonly source: LoadedSource;

  constructor(
    readonly engine: Engine,
    behaviour: Behaviour,
    sequences: readonly RunnableSequence[],
  ) {
    const { store, scheduler, clock, ids, log } = engine;
    this.doors = engine.doors;
    const source = (this.source = sourceOf(behaviour));
    const sources: Sources = {
      organization,
      all: [source],
      get: (name) => (name === source.name ? source : undefined),
      exitsOn: (word) => behaviour.exits?.[word] ?? [],
      http: () => behaviour.fetched ?? { get: () => Promise.reject(new Error("no http")) },
    };
    const known: Sequences = {
      runnable: (id) => {
        const found = sequences.find((one) => one.id === id);
        return found ? Promise.resolve(found) : Promise.reject(new Error("never published"));
      },
      status: async (id) => (await store.sequences.byId(id))?.status ?? "archived",
    };
    const settings = {
      ...{
        isAlone: behaviour.isShared !== true,
        lease: 120_000,
        sweepEvery: 60_000,
        callGrace: 30_000,
        probeEvery: 900_000,
      },
      retention: { outbox: 7 * day, idempotency: day, events: 30 * day, refused: 7 * day },
    };
    const places = [{ ...place, id: "l1", key: "berlin", country: "DE" }];
    const staff = [{ ...place, id: "e1", key: "eva", country: null, location: null }];
    const directory = { locations: places, employees: staff, location: () => undefined, employee: () => undefined };
    const states = new SourceStates(store, sources, clock);
    const translate = new Translate(store, sources, clock, ids, log);
    const plans = new EventPlans(store, known, directory, normalizer(), clock, ids);
    this.receive = new Receive(store, scheduler, sources, clock, ids, log, states, this.doors);
    this.intake = new Intake(
      store,
      scheduler,
      sources,
      clock,
      ids,
      log,
      settings,
      states,
      translate,
      plans,
      this.doors,
    );
    this.replay = new Replay(store, sources, clock, ids, translate, this.intake);
    this.desk = new SourceDesk(store, scheduler, sources, clock, states);
    const ledger = new Ledger(store, clock, log);
    this.sweep = new Sweep(
      store,
      scheduler,
      known,
      engine.channels,
      sources,
      clock,
      ids,
      log,
      settings,
      ledger,
      engine.deliver,
    );
    scheduler.define(INTAKE, this.intake);
    scheduler.define(ENDED, new Ended(store, scheduler, clock, ids));
  }

  static async start(
    t: Test,
    sequences: RunnableSequence[],
    behaviour: Behaviour = {},
    options: Parameters<typeof engineOf>[2] = {},
  ): Promise<SourceStage> {
    return new SourceStage(await engineOf(t, sequences, options), behaviour, sequences);
  }

  /** Posts what is signed rightly; answers the status. */
  async post(post: Post | string, headers: Record<string, string> = { "x-signature": "right" }): Promise<number> {
    const body = new TextEncoder().encode(typeof post === "string" ? post : JSON.stringify(post));
    const request: WebhookRequest = {
      ...{ method: "POST", url: new URL("https://x.example/webhooks/shop?token=t&a=1"), headers, body },
      receivedAt: this.engine.clock.now(),
    };
    return (await this.receive.run(this.source, request, "127.0.0.1")).status;
  }

  /** Posts, and has it all carried out. */
  async take(...posts: Post[]): Promise<InboxEvent[]> {
    for (const post of posts) await this.post(post);
    await this.work();
    return this.events();
  }

  /** Rings what is due and waits for the events under way. */
  async work(): Promise<void> {
    await this.engine.scheduler.ringDue();
    for (const { id, source, status } of await this.events())
      if (status === "received") await this.intake.ended({ id, source });
    await this.engine.scheduler.ringDue();
  }

  /** Oldest first. */
  async events(): Promise<InboxEvent[]> {
    const { items } = await this.engine.store.inbox.list(organization, {}, { page: 1, limit: 100 });
    return items.reverse();
  }

  async said(): Promise<string[]> {
    return (await this.events()).map(({ status, reason }) => (reason ? `${status} ${reason}` : status));
  }
}

const place = { name: "x", email: null, timeZone: null, language: null, reviewLinks: {} };

function sourceOf(behaviour: Behaviour): LoadedSource {
  const { fetch, again, translate, status = "running", testMode = false } = behaviour;
  const connector: Connector = behaviour.connector ?? {
    verify({ headers }) {
      if (headers["x-signature"] === undefined) throw new Unauthorized("missing_signature");
      if (headers["x-signature"] !== "right") throw new Unauthorized("bad_signature");
    },
    receive: ({ body }) => {
      const text = new TextDecoder().decode(body);
      if (text === "nothing") return [];
      const post = parsed(text);
      const { id = "", type = "order", words = [], occurredAt = null, trial } = post;
      return [{ id, type, words, occurredAt, payload: post as unknown as JsonObject, ...(trial ? { trial } : {}) }];
    },
    handshake: ({ headers }) => (headers["x-ping"] === undefined ? undefined : { status: 204 }),
    sign: () => ({ "x-signature": "right" }),
    ...(fetch ? { fetch } : {}),
    ...(again ? { again, api: { baseUrl: "https://x.example", headers: {}, perSecond: 1 } } : {}),
  };
  return {
    ...{ name: "shop", use: "./fake.js", connectorName: "fake", status, connector },
    options: { secrets: ["hush"] },
    plugin: {
      ...{ api: 1, name: "fake", connector: () => connector, maxAge: () => 3 * day, testMode: () => testMode },
      options: { "~standard": { version: 1, vendor: "fake", validate: (value) => ({ value }) } },
      translate: translate ?? meant,
    },
    home: {
      ...{ name: "shop", url: "https://x.example/webhooks/shop", language: "en", sequences: [], locations: [] },
      ...{ employees: [], vars: {}, cel: () => ({ problem: "none", hint: null, line: 1, column: 1 }) },
    },
  };
}

function parsed(text: string): Post {
  try {
    return JSON.parse(text) as Post;
  } catch (cause) {
    throw new Malformed("no JSON", { cause });
  }
}

function meant({ payload }: InboundEvent): Translation {
  const { commands = [], reason = null } = payload as unknown as Post;
  return { commands, reason, notes: [] };
}

/** A command of the sequence `welcome` for Ann, about an order. */
export function execute(change: Partial<Extract<Command, { do: "execute" }>> = {}): Command {
  return {
    ...{ do: "execute", rule: "on[0]", sequence: "welcome", contact: { email: "Ann@x.example" }, context: {} },
    ...{ entity: "order:1", location: null, employee: null, startAt: null, consent: null, ...change },
  };
}

/** What is known of a booking. */
export function booking(change: Partial<BookingReading> = {}, endedDelay: number | null = 0): Command {
  const reading: BookingReading = {
    ...{ kind: "booking", id: "1", aliases: [], replaces: null, status: "booked", service: null, timeZone: null },
    ...{ startsAt: null, endsAt: null, email: null, firstName: null, lastName: null, phone: null, language: null },
    ...{
      locationId: null,
      staffId: null,
      staffEmail: null,
      consent: null,
      createdAt: null,
      updatedAt: null,
      version: null,
    },
    ...change,
  };
  const { endsAt } = reading;
  const data = { id: reading.id, endsAt: endsAt === null ? null : new Date(endsAt).toISOString() };
  return { do: "entity", reading, data, endedDelay };
}

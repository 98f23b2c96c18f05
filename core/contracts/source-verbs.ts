import type { WebhookAnswer, WebhookRequest } from "./connector.js";
import type { EventStatus, RefusedRequest } from "./inbox.js";
import type { Instant, JsonObject } from "./model.js";
import type { EventReason } from "./plugin.js";
import type { LoadedSource, SourceStatus } from "./source.js";
import type { SourceCounts } from "./store.js";

/** A source and how it does. */
export interface SourceView {
  name: string;
  use: string;
  connector: string;
  status: SourceStatus;
  counts: SourceCounts;
}

/** What a replay of one event comes to. */
export interface Replay {
  eventId: string;
  /** What the event means by the mapping of now, and what it meant when it was worked on. */
  commands: readonly JsonObject[];
  before: readonly JsonObject[];
  changed: boolean;
  status: EventStatus;
  reason: EventReason | null;
  /** Of the new event; missing in a dry run. */
  replayId?: string;
  executionIds?: readonly string[];
}

/** `people`: how many addresses the commands would start something for, before the business key is asked. */
export interface Replays {
  matched: number;
  people: number;
  results: readonly Replay[];
}

export interface ReplayFilter {
  source?: string | undefined;
  status?: EventStatus | undefined;
  from?: Instant | undefined;
  to?: Instant | undefined;
}

/** What the runtime can be told about its sources. Only of the organization whose project they are of; refusals are thrown as `Refusal`. */
export interface SourceVerbs {
  list(organization: string): Promise<SourceView[]>;
  /** Refused with `NOT_FOUND`. */
  get(organization: string, name: string): Promise<SourceView>;
  setStatus(organization: string, name: string, status: SourceStatus): Promise<SourceView>;
  /** `undefined`: there is no source of this name. */
  find(name: string): LoadedSource | undefined;
  /** Answers a request at a source's door; `remote` is the peer's address. Throws `StoreUnavailable` when nothing can be kept. */
  receive(source: LoadedSource, request: WebhookRequest, remote: string): Promise<WebhookAnswer>;
  /** Keeps that a request was not let in before it could be read, and answers it. */
  refuse(
    source: LoadedSource,
    request: Pick<WebhookRequest, "headers" | "receivedAt">,
    remote: string,
    reason: RefusedRequest["reason"],
  ): Promise<WebhookAnswer>;
  replay(organization: string, eventId: string, dryRun: boolean): Promise<Replay>;
  /** More people than a hundred need `confirm` to be their number: else `CONFLICT` with `people` in its details, and nothing is done. */
  replayAll(
    organization: string,
    filter: ReplayFilter,
    options: { dryRun: boolean; confirm?: number | undefined },
  ): Promise<Replays>;
}

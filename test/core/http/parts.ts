import type { SourceVerbs } from "../../../core/contracts/source-verbs.js";
import { hash } from "node:crypto";
import type { Clock, Ids } from "../../../core/contracts/clock.js";
import type { Directory } from "../../../core/contracts/directory.js";
import type { Log, LogFields } from "../../../core/contracts/log.js";
import type { ApiKey, Employee, Location } from "../../../core/contracts/model.js";
import { scopes } from "../../../core/contracts/scopes.js";
import type { ApiKeys, Store } from "../../../core/contracts/store.js";
import type { Verbs } from "../../../core/contracts/verbs.js";
import type { HttpParts } from "../../../core/http/server.js";
import { unsubscribeLinks } from "../../../core/links/unsubscribe-links.js";
import { normalizer } from "../../../core/people/normalizer.js";

export const NOW = Date.parse("2026-02-10T10:30:00.000Z");
export const ORGANIZATION = "default";
/** Holds every scope there is. */
export const KEY = `dem_${"k".repeat(43)}`;
export const links = unsubscribeLinks({
  secret: new Uint8Array(32).fill(7),
  publicUrl: () => "https://furrow.example",
});

export const berlin: Location = {
  id: "10ca0000-0000-7000-8000-000000000001",
  key: "berlin",
  name: "Berlin",
  email: "berlin@shop.example",
  timeZone: "Europe/Berlin",
  country: "DE",
  language: "de",
  reviewLinks: { google: "https://g.example/berlin" },
};
export const eva: Employee = {
  ...berlin,
  id: "e3a00000-0000-7000-8000-000000000001",
  key: "eva",
  name: "Eva",
  location: "berlin",
};

/** A clock that a test sets. */
export interface SetClock extends Clock {
  time: number;
}
export function setClock(time = NOW): SetClock {
  return {
    time,
    now() {
      return this.time;
    },
    wait: () => Promise.resolve(),
  };
}

/** UUIDs that count up. */
export function countingIds(): Ids {
  let made = 0;
  return { next: () => `019c4700-0000-7000-8000-${String(++made).padStart(12, "0")}`, chance: () => 0.5 };
}

export type Line = LogFields & { level: string; message: string };
export function keptLog(): Log & { lines: Line[] } {
  const lines: Line[] = [];
  const at = (level: string) => (fields: LogFields, message: string) => void lines.push({ ...fields, level, message });
  return { lines, info: at("info"), warn: at("warn"), error: at("error") };
}

export function apiKey(key: string, fields: Partial<ApiKey> = {}): ApiKey {
  return {
    id: `019c4600-0000-7000-8000-${hash("sha256", key, "hex").slice(0, 12)}`,
    organization: ORGANIZATION,
    name: "test",
    hash: hash("sha256", key, "hex"),
    scopes: [...scopes],
    active: true,
    expiresAt: null,
    lastUsedAt: null,
    createdAt: NOW,
    ...fields,
  };
}

/** Keys in memory, with a note of who was looked up and touched. */
export function keysOf(...keys: ApiKey[]): ApiKeys & { all: ApiKey[]; found: string[]; touches: [string, number][] } {
  const found: string[] = [];
  const touches: [string, number][] = [];
  const absent = (): never => {
    throw new Error("Not a part of this test");
  };
  return {
    all: keys,
    found,
    touches,
    async find(digest) {
      found.push(digest);
      return keys.find((key) => key.hash === digest);
    },
    async touch(id, now) {
      touches.push([id, now]);
    },
    create: absent,
    list: absent,
    revoke: absent,
  };
}

/** An object whose missing parts say so when they are used. */
export function only<T extends object>(part: string, given: Partial<T> = {}): T {
  return new Proxy(given, {
    get(target, name) {
      if (name in target) return target[name as keyof T];
      throw new Error(`${part}.${String(name)} is not a part of this test`);
    },
  }) as T;
}

export const directory: Directory = {
  locations: [berlin],
  employees: [eva],
  location: (id) => (id === berlin.id ? berlin : undefined),
  employee: (id) => (id === eva.id ? eva : undefined),
};

/** Everything that the server needs, with the parts that a test brings. */
export function partsOf(
  given: Partial<Omit<HttpParts, "store" | "verbs" | "sources">> & {
    store?: Partial<Store>;
    verbs?: Partial<Verbs>;
    sources?: Partial<SourceVerbs>;
  } = {},
): HttpParts {
  return {
    listen: { host: "127.0.0.1", port: 0 },
    publicUrl: "https://furrow.example",
    organization: ORGANIZATION,
    directory,
    normalizer: normalizer(),
    clock: setClock(),
    ids: countingIds(),
    log: keptLog(),
    rateLimit: null,
    channels: [{ name: "email", use: "outbox" }],
    links,
    ready: () => true,
    language: "en",
    ...given,
    store: { ...noStore, ...given.store },
    verbs: only<Verbs>("verbs", given.verbs ?? {}),
    sources: only<SourceVerbs>("sources", given.sources ?? {}),
  };
}

const absent = (): never => {
  throw new Error("The store is not a part of this test");
};
const noStore: Store = {
  contacts: only<Store["contacts"]>("contacts"),
  sequences: only<Store["sequences"]>("sequences"),
  executions: only<Store["executions"]>("executions"),
  sendings: only<Store["sendings"]>("sendings"),
  attempts: only<Store["attempts"]>("attempts"),
  inbox: only<Store["inbox"]>("inbox"),
  outbox: only<Store["outbox"]>("outbox"),
  channels: only<Store["channels"]>("channels"),
  keys: keysOf(apiKey(KEY)),
  secret: absent,
  takeOver: absent,
  expire: absent,
  check: () => Promise.resolve(),
  close: absent,
};

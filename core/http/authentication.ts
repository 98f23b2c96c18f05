import { hash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { Belief } from "../contracts/belief.js";
import type { Clock } from "../contracts/clock.js";
import type { Log } from "../contracts/log.js";
import type { ApiKey, Instant } from "../contracts/model.js";
import { scopes } from "../contracts/scopes.js";
import type { ApiKeys } from "../contracts/store.js";
import { HttpRefusal } from "./http-refusal.js";

const PREFIX = "dem_";
const BEARER = /^bearer +(\S+) *$/i;
/** How long a key that was found is believed: the longest that a revocation by another process takes to be noticed. */
const BELIEVED = 1_000;
const MOST_BELIEVED = 10_000;
const TOUCH_EVERY = 60_000;

/** Whoever made a request: whose rows it sees and what it may do. */
export interface Caller {
  readonly keyId: string;
  readonly organization: string;
  readonly scopes: readonly string[];
}

export interface AuthenticationParts {
  readonly keys: ApiKeys;
  readonly clock: Clock;
  readonly log: Log;
  /** A key made for this start, which may do everything in `organization`. */
  readonly adminToken?: string | undefined;
  readonly organization: string;
}

export interface Authentication {
  /** Finds out who asks, from `X-API-Key` or `Authorization: Bearer`. Throws the 401 that the contract names. */
  authenticate(headers: IncomingHttpHeaders): Promise<Caller>;
  /** Resolves when nothing is left to be written. */
  settled(): Promise<void>;
}

/** Keys as the store has them. A revocation by another process is noticed within a second. */
export function authentication(parts: AuthenticationParts): Authentication {
  const { keys, clock, log, adminToken, organization } = parts;
  const admin: Caller = { keyId: "admin", organization, scopes };
  const adminDigest = adminToken === undefined ? undefined : Buffer.from(sha256(adminToken));
  const believed = new Belief<ApiKey>(BELIEVED, MOST_BELIEVED);
  const touched = new Map<string, Instant>();
  let noted = Promise.resolve();

  return { authenticate, settled: () => noted };

  async function authenticate(headers: IncomingHttpHeaders): Promise<Caller> {
    const presented = presentedKey(headers);
    if (!presented.startsWith(PREFIX)) throw unauthorized("INVALID_API_KEY_FORMAT", `An API key begins with ${PREFIX}`);
    const digest = sha256(presented);
    if (adminDigest && timingSafeEqual(Buffer.from(digest), adminDigest)) return admin;
    const now = clock.now();
    const key = await find(digest, now);
    if (!key?.active) throw unauthorized("INVALID_API_KEY", "The API key is not valid");
    if (key.expiresAt !== null && key.expiresAt <= now)
      throw unauthorized("EXPIRED_API_KEY", "The API key has expired");
    touch(key, now);
    return { keyId: key.id, organization: key.organization, scopes: key.scopes };
  }

  // The digest of 256 random bits tells nothing about them, so looking it up needs no constant time.
  async function find(digest: string, now: Instant): Promise<ApiKey | undefined> {
    const known = believed.get(digest, now);
    if (known) return known;
    const key = await keys.find(digest);
    if (key) believed.set(digest, key, now);
    return key;
  }

  function touch({ id, lastUsedAt }: ApiKey, now: Instant): void {
    if (now - (touched.get(id) ?? lastUsedAt ?? -Infinity) < TOUCH_EVERY) return;
    if (touched.size >= MOST_BELIEVED) touched.clear();
    touched.set(id, now);
    const note = keys
      .touch(id, now)
      .catch((error: unknown) => log.warn({ keyId: id, error: error as Error }, "the last use of a key was not noted"));
    noted = noted.then(() => note);
  }
}

function presentedKey(headers: IncomingHttpHeaders): string {
  const own = headers["x-api-key"];
  const bearer = BEARER.exec(headers.authorization ?? "")?.[1];
  const key = (typeof own === "string" && own !== "" ? own : undefined) ?? bearer;
  if (key === undefined) {
    throw unauthorized("MISSING_API_KEY", "Send an API key in the header X-API-Key, or as Authorization: Bearer <key>");
  }
  if (bearer !== undefined && key !== bearer) {
    throw unauthorized("INVALID_API_KEY", "X-API-Key and Authorization carry different keys");
  }
  return key;
}

function sha256(text: string): string {
  return hash("sha256", text, "hex");
}

function unauthorized(code: string, message: string): HttpRefusal {
  return new HttpRefusal(401, code, message, { headers: { "WWW-Authenticate": 'Bearer realm="furrow"' } });
}

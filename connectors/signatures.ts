import { createHmac, timingSafeEqual } from "node:crypto";
import { Unauthorized } from "../core/contracts/errors.js";

/** What a request brings to prove its sender, against what it should bring by each of the source's secrets. */
export interface Proof {
  /** Each may be the one that matches; none: the request is not signed. */
  given: readonly string[];
  expected: readonly string[];
}

/** Throws `Unauthorized` unless one of `given` is one of `expected`. Looks at all of them, whichever matches. */
export function prove({ given, expected }: Proof): void {
  if (given.every((text) => text === "")) throw new Unauthorized("missing_signature");
  let matches = 0;
  for (const want of expected) for (const got of given) matches += same(got, want) ? 1 : 0;
  if (matches === 0) throw new Unauthorized("bad_signature");
}

/** Throws `Unauthorized` when `at` (seconds) lies further from `now` (milliseconds) than `tolerance` (seconds), on the sides asked for. */
export function fresh(at: number, now: number, tolerance: number, sides: "past" | "both"): void {
  const age = now / 1000 - at;
  if (!Number.isFinite(age) || age > tolerance || (sides === "both" && -age > tolerance))
    throw new Unauthorized("stale");
}

/** HMAC-SHA256 of `parts` one after another. */
export function hmac(
  key: string | Uint8Array,
  encoding: "hex" | "base64",
  ...parts: readonly (string | Uint8Array)[]
): string {
  const digest = createHmac("sha256", key);
  for (const part of parts) digest.update(part);
  return digest.digest(encoding);
}

/** What each of `secrets` makes of `parts`. An empty secret, with which anybody could sign, makes nothing. */
export function hmacs(
  secrets: readonly string[],
  encoding: "hex" | "base64",
  ...parts: readonly (string | Uint8Array)[]
): string[] {
  return secrets.filter((secret) => secret !== "").map((secret) => hmac(secret, encoding, ...parts));
}

/** Takes as long for any text of the same length. */
export function same(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}

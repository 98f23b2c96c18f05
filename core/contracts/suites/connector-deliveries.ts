import { strict as assert } from "node:assert";
import type { EventWord, WebhookRequest } from "../connector.js";
import type { Instant } from "../model.js";

/** A request of the platform as it was recorded, and what it says. */
export interface RecordedDelivery {
  name: string;
  /** Default `POST`. */
  method?: string;
  /** Names in either case. */
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
  /** The public URL of the source's door, with the query; default any. */
  url?: string;
  /** That it was signed with. */
  secret: string;
  /** Another secret that the scheme could use. */
  otherSecret: string;
  /** When it was signed; of schemes without a time any. */
  signedAt: Instant;
  /** What `receive` makes of it: one entry per event. */
  expect: readonly { type: string; words?: readonly EventWord[] }[];
}

/** How senders prove themselves to the connector. */
export interface ProofScheme {
  /** The header, in lower case, that carries the proof. */
  header: string;
  /** How a digest is written there; `null`: it carries the secret itself, and the body is not signed. */
  digest: "hex" | "base64" | null;
  /** Seconds that a signature holds, where it has a time; `future`: it may not lie further ahead either. */
  tolerance?: { seconds: number; future: boolean };
}

/** The delivery as the front door hands it over. */
export function requestOf({ method, url, headers, body, signedAt }: RecordedDelivery): WebhookRequest {
  const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  return Object.freeze({
    method: method ?? "POST",
    url: new URL(url ?? "https://furrow.example/webhooks/source"),
    headers: Object.freeze(Object.fromEntries(lower)) as Record<string, string>,
    body,
    receivedAt: signedAt,
  });
}

/** The request with another text in the header of the proof. */
export function withProof(request: WebhookRequest, { header }: ProofScheme, proof: string): WebhookRequest {
  return { ...request, headers: { ...request.headers, [header]: proof } };
}

/** The digest as the other half of the world would write it. */
export function rewritten(proof: string, digest: "hex" | "base64"): string {
  const found = digest === "hex" ? /[0-9a-f]{64}/i : /[A-Za-z0-9+/]{43}=/;
  assert.match(proof, found);
  return proof.replace(found, (text) => Buffer.from(text, digest).toString(digest === "hex" ? "base64" : "hex"));
}

/** What proxies and frameworks make of a body. */
export function otherBodies(body: Uint8Array): Uint8Array[] {
  const flipped = Uint8Array.from(body);
  const middle = flipped.length >> 1;
  flipped[middle] = (flipped[middle] ?? 0) ^ 1;
  const formatted = [0, 2, 4].flatMap((indent) => {
    try {
      return [JSON.stringify(JSON.parse(new TextDecoder().decode(body)), null, indent)];
    } catch {
      return [];
    }
  });
  const before = Buffer.from(body);
  return [
    flipped,
    body.subarray(0, -1),
    Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), body]),
    Buffer.concat([body, Buffer.from("\n")]),
    ...formatted.map((text) => Buffer.from(text)).filter((other) => !before.equals(other)),
  ];
}

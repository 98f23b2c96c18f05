import { strict as assert } from "node:assert";
import type { Connector, EventWord, InboundEvent, WebhookRequest } from "../connector.js";
import { Unauthorized } from "../errors.js";
import type { Instant } from "../model.js";
import type { Test } from "./suite.js";

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

/** What every connector must hold to. `make` gives one for these secrets, newest first. */
export function connectorSuite(
  test: Test,
  make: (secrets: readonly string[], delivery: RecordedDelivery) => Connector,
  scheme: ProofScheme,
  deliveries: readonly RecordedDelivery[],
): void {
  for (const delivery of deliveries) deliverySuite(test, make, scheme, delivery);
}

function deliverySuite(
  test: Test,
  make: (secrets: readonly string[], delivery: RecordedDelivery) => Connector,
  scheme: ProofScheme,
  delivery: RecordedDelivery,
): void {
  const check = (name: string, body: (connector: Connector, request: WebhookRequest) => void): void => {
    void test(`${delivery.name}: ${name}`, async () => body(make([delivery.secret], delivery), requestOf(delivery)));
  };
  const { secret, otherSecret } = delivery;

  check("is let in and read", (connector, request) => {
    connector.verify(request);
    const events = connector.receive(request);
    assert.deepEqual(
      events.map(({ type }) => type),
      delivery.expect.map(({ type }) => type),
    );
    for (const [index, { words }] of delivery.expect.entries()) {
      if (words !== undefined) assert.deepEqual(events[index]?.words, words);
    }
  });

  check("is no handshake", (connector, request) => {
    assert.equal(connector.handshake?.(request), undefined);
  });

  check("is refused without its proof, and with less or other than it", (connector, request) => {
    const given = request.headers[scheme.header] ?? assert.fail(`${delivery.name} has no header ${scheme.header}`);
    const { [scheme.header]: _, ...others } = request.headers;
    refused(connector, { ...request, headers: others }, "missing_signature");
    refused(connector, withProof(request, scheme, ""), "missing_signature");
    for (const proof of [given.slice(0, -1), `${given}0`, `${given}, ${given}`, "0", "é".repeat(44), "=,=;%00"]) {
      refused(connector, withProof(request, scheme, proof));
    }
    if (scheme.digest !== null) refused(connector, withProof(request, scheme, rewritten(given, scheme.digest)));
  });

  if (scheme.digest !== null) {
    check("is refused when its body is not the one that was signed", (connector, request) => {
      for (const body of otherBodies(request.body)) refused(connector, { ...request, body }, "bad_signature");
    });
  }

  const { tolerance } = scheme;
  if (tolerance) {
    check("is refused when it is stale", (connector, request) => {
      const at = (seconds: number) => ({ ...request, receivedAt: delivery.signedAt + seconds * 1000 });
      connector.verify(at(tolerance.seconds));
      refused(connector, at(tolerance.seconds + 1), "stale");
      if (!tolerance.future) return connector.verify(at(-86_400));
      connector.verify(at(-tolerance.seconds));
      refused(connector, at(-tolerance.seconds - 1), "stale");
    });
  } else {
    check("is let in however old", (connector, request) => {
      connector.verify({ ...request, receivedAt: delivery.signedAt + 365 * 86_400_000 });
    });
  }

  check("is let in by the older of two secrets, and no more once that is removed", (_, request) => {
    make([otherSecret, secret], delivery).verify(request);
    make([secret, otherSecret], delivery).verify(request);
    refused(make([otherSecret], delivery), request, "bad_signature");
    refused(make([], delivery), request, "bad_signature");
  });

  check("is read the same each time, and is left as it is", (connector, request) => {
    const before = structuredClone({ headers: request.headers, body: request.body });
    const events = frozen(connector.receive(request));
    const readings = events.map((event) => connector.reading?.(event));
    const again = connector.receive({ ...request, receivedAt: request.receivedAt + 60_000 });
    assert.deepEqual(again, events, "a redelivery is the same events under the same ids");
    assert.deepEqual(
      again.map((event) => connector.reading?.(event)),
      readings,
    );
    assert.deepEqual({ headers: request.headers, body: request.body }, before);
  });

  check("is read the same from what is kept of it", (connector, request) => {
    const { [scheme.header]: _, ...headers } = request.headers;
    for (const event of connector.receive(request)) {
      const { body, ...told } = event;
      const kept = body === undefined ? request.body : new TextEncoder().encode(body);
      const [replayed, ...others] = connector.receive({ ...request, headers, body: kept });
      assert.deepEqual(without(replayed ?? assert.fail("nothing was read"), "body"), told);
      assert.deepEqual(others, []);
    }
  });

  check("is let in as the connector signs it itself", (connector, request) => {
    const { [scheme.header]: _, ...headers } = request.headers;
    const now = delivery.signedAt + 86_400_000;
    const signed = {
      ...request,
      headers: { ...headers, ...connector.sign(request.body, headers, now) },
      receivedAt: now,
    };
    connector.verify(signed);
    refused(make([otherSecret], delivery), signed, "bad_signature");
    assert.throws(() => make([], delivery).sign(request.body, headers, now), /secret/);
  });
}

function requestOf({ method, url, headers, body, signedAt }: RecordedDelivery): WebhookRequest {
  const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  return Object.freeze({
    method: method ?? "POST",
    url: new URL(url ?? "https://furrow.example/webhooks/source"),
    headers: Object.freeze(Object.fromEntries(lower)) as Record<string, string>,
    body,
    receivedAt: signedAt,
  });
}

function withProof(request: WebhookRequest, { header }: ProofScheme, proof: string): WebhookRequest {
  return { ...request, headers: { ...request.headers, [header]: proof } };
}

function refused(connector: Connector, request: WebhookRequest, reason?: Unauthorized["reason"]): void {
  assert.throws(
    () => connector.verify(request),
    (error: unknown) => {
      assert.ok(error instanceof Unauthorized, `Unauthorized and nothing else is thrown, not ${String(error)}`);
      if (reason !== undefined) assert.equal(error.reason, reason);
      return true;
    },
  );
}

/** The digest as the other half of the world would write it. */
function rewritten(proof: string, digest: "hex" | "base64"): string {
  const found = digest === "hex" ? /[0-9a-f]{64}/i : /[A-Za-z0-9+/]{43}=/;
  assert.match(proof, found);
  return proof.replace(found, (text) => Buffer.from(text, digest).toString(digest === "hex" ? "base64" : "hex"));
}

/** What proxies and frameworks make of a body. */
function otherBodies(body: Uint8Array): Uint8Array[] {
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

function frozen(events: readonly InboundEvent[]): readonly InboundEvent[] {
  const freeze = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    Object.freeze(value);
    Object.values(value).forEach(freeze);
  };
  freeze(events);
  return events;
}

function without<T extends object, K extends keyof T>(value: T, key: K): Omit<T, K> {
  const { [key]: _, ...others } = value;
  return others;
}

import { strict as assert } from "node:assert";
import type { Connector, InboundEvent, WebhookRequest } from "../connector.js";
import { Unauthorized } from "../errors.js";
import {
  otherBodies,
  requestOf,
  rewritten,
  withProof,
  type ProofScheme,
  type RecordedDelivery,
} from "./connector-deliveries.js";
import type { Test } from "./suite.js";

export type { ProofScheme, RecordedDelivery };

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
    const before = { headers: { ...request.headers }, body: Uint8Array.from(request.body) };
    const events = frozen(connector.receive(request));
    const readings = events.map((event) => connector.reading?.(event));
    const again = connector.receive({ ...request, receivedAt: request.receivedAt + 60_000 });
    assert.deepEqual(again, events, "a redelivery is the same events under the same ids");
    assert.deepEqual(
      again.map((event) => connector.reading?.(event)),
      readings,
    );
    assert.deepEqual({ headers: request.headers, body: Uint8Array.from(request.body) }, before);
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
    assert.throws(
      () => make([], delivery).sign(request.body, headers, now),
      /secret/,
      "nothing is signed with nothing",
    );
  });
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

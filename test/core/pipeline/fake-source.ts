import type { Connector, InboundEvent, WebhookRequest } from "../../../core/contracts/connector.js";
import { Malformed, Unauthorized } from "../../../core/contracts/errors.js";
import type { LoadedSource, Sources } from "../../../core/contracts/source.js";
import { noSources } from "./no-sources.js";

/** Takes a list of ids, when the header `x-proof` says `good`; any other value of it is the reason why not. */
export const listConnector: Connector = {
  verify({ headers }) {
    const proof = headers["x-proof"] ?? "missing_signature";
    if (proof !== "good") throw new Unauthorized(proof as Unauthorized["reason"]);
  },
  receive({ body }) {
    try {
      const ids = JSON.parse(new TextDecoder().decode(body)) as string[];
      return ids.map((id): InboundEvent => ({ id, type: "order", words: [], occurredAt: 7, payload: id, body: id }));
    } catch (cause) {
      throw new Malformed("The body is no list", { cause });
    }
  },
  handshake: ({ headers }) => (headers["x-ping"] === undefined ? undefined : { status: 204 }),
  sign: () => ({ "x-proof": "good" }),
};

export function fakeSource(change: Partial<LoadedSource> = {}): LoadedSource {
  const connector = change.connector ?? listConnector;
  return {
    name: "shop",
    use: "orders",
    connectorName: "list",
    status: "running",
    options: { secrets: ["s3cr3t"], header: "X-Proof" },
    connector,
    plugin: {
      api: 1,
      name: "orders",
      options: { "~standard": { version: 1, vendor: "test", validate: (value) => ({ value }) } },
      connector: () => connector,
      translate: () => ({ commands: [], reason: "no_rule", notes: [] }),
    },
    home: {
      name: "shop",
      url: "https://furrow.example/webhooks/shop",
      language: "en",
      sequences: [],
      locations: [],
      employees: [],
      vars: {},
      cel: () => ({ problem: "none is known", hint: null, line: 1, column: 1 }),
    },
    ...change,
  };
}

export function sourcesOf(...all: LoadedSource[]): Sources {
  return { ...noSources, organization: "acme", all, get: (name) => all.find((one) => one.name === name) };
}

export function requestOf(ids: unknown, headers: Record<string, string> = {}, receivedAt = 60_000): WebhookRequest {
  const url = new URL("https://furrow.example/webhooks/shop?shop=1&access_token=abc&k=s3cr3t");
  const body = new TextEncoder().encode(typeof ids === "string" ? ids : JSON.stringify(ids));
  return { method: "POST", url, headers: { "x-proof": "good", ...headers }, body, receivedAt };
}

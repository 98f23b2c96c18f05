import { readFileSync } from "node:fs";
import Joi from "joi";
import type { ConnectorType } from "../../connectors/connector-type.js";
import type { Connector, WebhookRequest } from "../../core/contracts/connector.js";
import type { Json } from "../../core/contracts/model.js";

/** The recorded bodies, answers and signatures of the platforms. */
export const fixtures = new URL("../../../test/fixtures/connectors/", import.meta.url);

/** A delivery as `_deliveries.json` has it. */
export interface Recording {
  file: string;
  body_source: string;
  method: string;
  headers: Record<string, string>;
  secret?: string;
  /** Seconds since the Unix epoch. */
  clock?: number;
  notification_url?: string;
  expect?: string;
}

export const recordings = (fixture("_deliveries.json") as { deliveries: Recording[] }).deliveries;

/** A recorded file, parsed. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export function fixture(file: string): any {
  return JSON.parse(readFileSync(new URL(file, fixtures), "utf8"));
}

/** The exact bytes that came over the wire. */
export function bodyOf({ file, body_source: source }: Recording): Uint8Array {
  return source === "file bytes" ? readFileSync(new URL(file, fixtures)) : Buffer.from(fixture(file).raw_body);
}

/** A POST with this body; what is no text is sent as JSON. Header names in lower case. */
export function post(body: unknown, headers: Record<string, string> = {}, at = 1_791_104_127_000): WebhookRequest {
  return {
    method: "POST",
    url: new URL("https://furrow.example/webhooks/source"),
    headers: { "content-type": "application/json", ...headers },
    body: body instanceof Uint8Array ? body : Buffer.from(typeof body === "string" ? body : JSON.stringify(body)),
    receivedAt: at,
  };
}

/** The only one of them. */
export function only<T>(list: readonly T[]): T {
  if (list.length !== 1) throw new Error(`One was expected, not ${list.length}`);
  return list[0]!;
}

/** A platform that answers what is in `answers` by path, and remembers who was asked. */
export function platform(answers: Record<string, unknown>) {
  const asked: string[] = [];
  return {
    asked,
    async get(path: string): Promise<Json> {
      asked.push(path);
      if (!(path in answers)) throw new Error(`Nobody answers at ${path}`);
      return answers[path] as Json;
    },
  };
}

/** The connector of a source with these options, which must be valid. */
export function connected(type: ConnectorType, secrets: readonly string[], options: unknown = {}): Connector {
  const url = "https://furrow.example/webhooks/source";
  return type.connect({ secrets, url, options: Joi.attempt(options, Joi.object(type.options)) });
}

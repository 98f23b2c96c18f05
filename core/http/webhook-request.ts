import type { IncomingMessage } from "node:http";
import type { Request } from "@hapi/hapi";
import type { WebhookRequest } from "../contracts/connector.js";
import type { Instant } from "../contracts/model.js";
import type { LoadedSource } from "../contracts/source.js";

/** A request at the door of a source as its connector reads it. */
export function webhookRequest(
  request: Request,
  body: Uint8Array,
  { home }: LoadedSource,
  receivedAt: Instant,
): WebhookRequest {
  const url = new URL(home.url);
  url.search = request.url.search;
  return { method: request.method.toUpperCase(), url, headers: singleHeaders(request), body, receivedAt };
}

/**
 * Every header once, in lower case; the values of one that came twice are joined by a comma. Of some names Node.js itself would keep the
 * first value only, and nobody would see that there were two.
 */
export function singleHeaders({ raw }: Pick<Request, "raw">): Record<string, string> {
  const single = new Map<string, string>();
  for (const [name, value] of pairs(raw.req)) {
    const before = single.get(name);
    single.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return Object.fromEntries(single);
}

/** Whether a header that proves the sender came more than once: whichever of them is right, somebody has added the other. */
export function isSignedTwice({ raw }: Pick<Request, "raw">, { connector }: LoadedSource, now: Instant): boolean {
  const names = pairs(raw.req).map(([name]) => name);
  if (new Set(names).size === names.length) return false;
  const repeated = names.filter((name, index) => names.indexOf(name) < index);
  const proving = new Set(Object.keys(connector.sign(new Uint8Array(), {}, now)).map((name) => name.toLowerCase()));
  return repeated.some((name) => proving.has(name));
}

/** A request that came by no socket (`inject`) has no raw headers, whatever the types say. */
function pairs({ rawHeaders, headers }: Partial<IncomingMessage>): (readonly [string, string])[] {
  if (!rawHeaders) return Object.entries(headers ?? {}).map(([name, value]) => [name, String(value)]);
  return Array.from({ length: rawHeaders.length / 2 }, (_, n) => [
    String(rawHeaders[2 * n]).toLowerCase(),
    String(rawHeaders[2 * n + 1]),
  ]);
}

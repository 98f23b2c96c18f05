import type { WebhookRequest } from "../contracts/connector.js";
import type { LoadedSource } from "../contracts/source.js";

const secretName = /authorization|cookie|signature|hmac|secret|token|password|api-?key|digest/i;
const mostHeaders = 60;
const longestValue = 500;

/** The headers of a request as they may be kept: without what proves its sender or opens anything, and cut to a sensible length. */
export function keptHeaders(
  headers: WebhookRequest["headers"],
  { options }: Pick<LoadedSource, "options">,
): Record<string, string> {
  const secrets = secretsIn(options);
  const kept = Object.entries(headers)
    .filter(([name, value]) => !secretName.test(name) && !secrets.some((secret) => value.includes(secret)))
    .slice(0, mostHeaders)
    .map(([name, value]) => [name, value.slice(0, longestValue)] as const);
  return Object.fromEntries(kept);
}

/** The query of a request as it may be kept, without `?`. */
export function keptQuery(url: URL): string {
  const query = new URLSearchParams(url.search);
  for (const name of [...query.keys()]) if (secretName.test(name)) query.delete(name);
  return query.toString();
}

/** A header of any name may carry one of them. */
function secretsIn(options: unknown): string[] {
  const { secrets } = (options ?? {}) as { secrets?: unknown };
  const listed: unknown[] = Array.isArray(secrets) ? secrets : [];
  return listed.filter((one): one is string => typeof one === "string" && one !== "");
}

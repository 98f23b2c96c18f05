import { createHmac } from "node:crypto";
import { server as hapi } from "@hapi/hapi";
import fc from "fast-check";
import { routes } from "../../../../core/http/routes.js";
import { systemIds } from "../../../../core/system/ids.js";
import { api, news, OTHER_KEY, welcome, type Api, type Reply } from "../api.js";
import { berlin, KEY, links, NOW, partsOf } from "../parts.js";
import { SECRET } from "../sources.js";
import { requests, type Asked } from "./requests.js";
import { misshapen } from "./shapes.js";

export interface FuzzReport {
  violations: string[];
  requests: number;
  /** How often each status was answered. */
  statuses: Record<string, number>;
  /** The routes that never did what they were asked for. */
  unreached: string[];
}

const asking = { us: KEY, them: OTHER_KEY, nobody: null, stranger: `dem_${"q".repeat(43)}` };

/** Sends `size` requests to every route of the API, and compares each answer with the contract. Stops at the first that is not as it has it. */
export async function fuzz(
  t: { teardown(end: () => unknown): void },
  { size, seed }: { size: number; seed: number },
): Promise<FuzzReport> {
  const subject = await api(t, { ids: systemIds });
  const table = hapi();
  table.route(routes(partsOf()));
  // The doors of sources see to every verb themselves.
  const verb = (method: string): string => (method === "*" ? "POST" : method.toUpperCase());
  const all = table.table().map(({ method, path }) => `${verb(method)} ${path}`);
  const statuses: Record<string, number> = {};
  const reached = new Set<string>();
  const known = new Known();
  const once = async (asked: Asked): Promise<void> => {
    const answer = await send(subject, asked, known);
    statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
    if (answer.status < 300) reached.add(asked.route);
    const wrong = wrongWith(asked, answer, known);
    if (wrong !== undefined) throw new Error(`${asked.route} as ${asked.who}: ${wrong}`);
    if (asked.who === "us") known.learn(asked.route, answer.body);
    if (asked.route.includes("/webhooks/") && answer.status === 200) await subject.sources.takeIn("leads");
    if (asked.route.endsWith("/execute") && answer.status === 200) await hold(subject, answer.body.data.executionId);
  };
  // A failing request depends on those before it, so that a smaller one would tell nothing.
  const details = await fc.check(fc.asyncProperty(requests(all), once), { numRuns: size, seed, endOnFailure: true });
  const violations = details.failed ? [`${String(details.errorInstance)} ${fc.stringify(details.counterexample)}`] : [];
  const complaints = subject.lines.filter(({ level }) => level !== "info");
  violations.push(...complaints.map(({ level, message, error }) => `logged at ${level}: ${message} ${String(error)}`));
  return { violations, requests: details.numRuns, statuses, unreached: all.filter((route) => !reached.has(route)) };
}

/** Nothing moves by itself here: the first sending that is due waits for a person, as after a call in doubt. */
async function hold({ store }: Api, executionId: string | null): Promise<void> {
  if (executionId === null) return;
  const claimed = { executionId, now: NOW, leaseUntil: NOW + 1, limit: 1, newId: () => systemIds.next() };
  const settlements = (await store.sendings.claimDue(claimed)).map(({ sending, attemptId }) => {
    const position = { ...sending, state: "held", reason: "uncertain", dueAt: null } as const;
    return { sendingId: sending.id, attemptId, outcome: null, position, notes: [] };
  });
  await store.attempts.settle(settlements, NOW);
}

/** What our answers have named so far, by what stands before the id in a path. */
class Known {
  private readonly ids = new Map<string, string[]>([
    ["sequences", [welcome.id, welcome.key, news.key]],
    ["channels", ["email"]],
    ["sources", ["leads", "salon"]],
    ["webhooks", ["leads"]],
    ["events", []],
    ["contacts", []],
    ["sendings", []],
    ["executions", []],
  ]);

  pick(kind: string, index: number): string {
    const ids = this.ids.get(kind === "u" ? "sendings" : kind) ?? [];
    const id = ids[index % ids.length] ?? berlin.id;
    return kind === "u" ? links.token(id) : id;
  }

  learn(route: string, body: Reply["body"]): void {
    const { id, executionId, results } = (body?.data ?? {}) as Record<string, unknown>;
    const listed = route === "GET /api/v1/events" ? ((body?.data ?? []) as { id: string }[]) : [];
    for (const event of listed) this.add("events", event.id);
    const kind = /\/(\w+)(?:\/\{id\})?$/.exec(route)?.[1] ?? "";
    if (typeof id === "string") this.add(kind, id);
    if (typeof executionId === "string") this.add("executions", executionId);
    for (const { contactId, sendingId } of (results ?? []) as Record<string, string>[]) {
      if (contactId) this.add("contacts", contactId);
      if (sendingId) this.add("sendings", sendingId);
    }
  }

  /** Whether `text` names something of ours that is not in every project. */
  isTold(text: string): boolean {
    return ["contacts", "sendings", "executions", "events"].some((kind) =>
      this.ids.get(kind)?.some((id) => text.includes(id)),
    );
  }

  private add(kind: string, id: string): void {
    const ids = this.ids.get(kind);
    if (ids && !ids.includes(id)) ids.push(id);
    if (ids && ids.length > 200) ids.shift();
  }
}

async function send({ server }: Api, { route, id, query, body, headers, who }: Asked, known: Known): Promise<Reply> {
  const [method = "", path = ""] = route.split(" ");
  const kind = /\/(\w+)\/\{/.exec(path)?.[1] ?? "";
  const filled = path.replace(/\{\w+\}/, () => escaped("known" in id ? known.pick(kind, id.known) : id.other));
  const asked = Object.entries(query).map(([name, value]) => `${escaped(name)}=${escaped(value)}`);
  const key = asking[who];
  const payload = Buffer.isBuffer(body) ? body : Buffer.from(body === undefined ? "" : JSON.stringify(body));
  const proof = kind === "webhooks" && who === "us" ? { "x-hub-signature-256": signed(payload) } : {};
  const answer = await server.inject({
    method,
    url: [filled, ...(asked.length > 0 ? [asked.join("&")] : [])].join("?"),
    headers: {
      ...(key === null ? {} : { "x-api-key": key }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
      ...proof,
    },
    ...(body === undefined ? {} : { payload }),
  });
  const isJson = String(answer.headers["content-type"]).startsWith("application/json") && answer.payload !== "";
  const { statusCode: status, payload: text } = answer;
  return { status, headers: answer.headers, text, body: isJson ? JSON.parse(text) : undefined };
}

function wrongWith({ route, who }: Asked, { status, headers, text, body }: Reply, known: Known): string | undefined {
  // A source that was stopped.
  const isShut = route.endsWith("/webhooks/{source}") && status === 503 && headers["retry-after"] !== undefined;
  if (status >= 500 && !isShut) return `answered ${status}`;
  if (headers["x-request-id"] === undefined) return "has no request id";
  if (status === 405 && headers["allow"] === undefined) return "does not say which verbs there are";
  if (who !== "us" && route.includes("/api/") && known.isTold(text)) return "tells what is ours";
  if (route.startsWith("HEAD") || route.endsWith("/u/{token}") || status === 204) return undefined;
  const wrong = misshapen(route, status, body);
  return wrong === undefined ? undefined : `answered ${status}: ${wrong}: ${text.slice(0, 500)}`;
}

function signed(body: Buffer): string {
  return `sha256=${createHmac("sha256", SECRET).update(body).digest("hex")}`;
}

function escaped(text: string): string {
  return encodeURIComponent(text.replace(/\p{Cs}/gu, "?"));
}

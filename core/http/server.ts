import type { Duplex } from "node:stream";
import { server as createHapi, type Request, type Server } from "@hapi/hapi";
import type { Clock, Ids } from "../contracts/clock.js";
import type { Directory } from "../contracts/directory.js";
import type { Log } from "../contracts/log.js";
import type { Duration } from "../contracts/model.js";
import type { Normalizer } from "../contracts/people.js";
import type { CountCall, Quota, RateLimits } from "../contracts/quotas.js";
import type { Store } from "../contracts/store.js";
import type { SourceVerbs } from "../contracts/source-verbs.js";
import type { Verbs } from "../contracts/verbs.js";
import { admission } from "./admission.js";
import { finishing } from "./answers.js";
import { authentication } from "./authentication.js";
import { answerClientErrors, createListener, patience, type Patience } from "./listener.js";
import { rateLimit } from "./rate-limit.js";
import { requestId } from "./request-id.js";
import { requestLog } from "./request-log.js";
import { otherVerbs, requireAccess } from "./route-rules.js";
import { routes } from "./routes.js";
import { healthRoutes } from "./routes/health.js";
import type { NamedChannel } from "./routes/channels.js";

export interface HttpParts {
  /** Port 0 takes a free one. */
  readonly listen: { host: string; port: number };
  readonly publicUrl: string;
  /** Whose project this process runs; keys of other organizations may call it too. */
  readonly organization: string;
  readonly store: Store;
  readonly verbs: Verbs;
  readonly sources: SourceVerbs;
  readonly directory: Directory;
  readonly normalizer: Normalizer;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly rateLimit: RateLimits | null;
  /** Counts for all processes of a cluster, given how this one counts by itself; missing: it counts alone. */
  readonly countTogether?: ((limits: RateLimits, local: (organization: string) => Quota) => CountCall) | undefined;
  readonly channels: readonly NamedChannel[];
  readonly links: { sendingOf(token: string): string | undefined };
  /** A key made for this start: it may do everything in `organization`. */
  readonly adminToken?: string | undefined;
  /** Answers how the process is, and nothing else. */
  readonly healthOnly?: boolean;
  /** Whether the rest of the process can do its work. */
  ready(): boolean;
  /** The default language of pages. */
  readonly language: string;
  readonly patience?: Patience;
}

export interface HttpServer {
  /** Rejects with a sentence when the address cannot be had. */
  start(): Promise<{ host: string; port: number; url: string }>;
  /** Takes no new work, lets what is under way finish, and cuts what is left after `timeout` milliseconds. Then the store is its owner's again. */
  stop(timeout: Duration): Promise<void>;
  /** A request without a socket, for tests. */
  inject: Server["inject"];
}

/** The public API. Resolves when it is ready to listen; rejects when a route does not say who may use it. */
export async function createHttpServer(parts: HttpParts): Promise<HttpServer> {
  const { listen, clock, ids, log, store } = parts;
  const listener = createListener(parts.patience ?? patience);
  const server = createHapi({
    listener,
    address: listen.host,
    port: listen.port,
    debug: false,
    compression: false,
    router: { stripTrailingSlash: true },
    routes: {
      cache: { otherwise: "no-store" },
      response: { ranges: false },
      state: { parse: false },
      security: {
        hsts: parts.publicUrl.startsWith("https:"),
        xframe: "deny",
        xss: false,
        noOpen: false,
        referrer: "no-referrer",
      },
    },
  });

  const latest = new WeakMap<Duplex, Request>();
  answerClientErrors(listener, latest, ids);
  server.ext("onRequest", (request, h) => {
    request.app.begunAt = performance.now();
    request.app.requestId = requestId(request.raw.req.headers["x-request-id"], ids);
    latest.set(request.raw.req.socket, request);
    return h.continue;
  });
  const { authenticate, settled } = authentication({
    keys: store.keys,
    clock,
    log,
    adminToken: parts.adminToken,
    organization: parts.organization,
  });
  server.ext("onPreAuth", admission({ authenticate, count: countOf(parts) }));
  server.ext("onPreResponse", finishing);
  server.events.on("response", requestLog(log));

  let stopping = false;
  const ready = () => !stopping && parts.ready();
  server.route(parts.healthOnly ? healthRoutes({ store, ready }) : routes({ ...parts, ready }));
  requireAccess(server.table());
  server.route(otherVerbs(server.table()));
  await server.initialize();

  return {
    async start() {
      await listening(server, listen);
      const { port } = server.info;
      const host = listen.host;
      return { host, port: Number(port), url: `http://${host.includes(":") ? `[${host}]` : host}:${port}` };
    },
    async stop(timeout) {
      stopping = true;
      await server.stop({ timeout });
      await settled();
    },
    inject: server.inject.bind(server),
  };
}

function countOf({ rateLimit: limits, countTogether, clock }: HttpParts): CountCall | undefined {
  if (limits === null) return undefined;
  const local = rateLimit(limits, clock);
  return countTogether?.(limits, local) ?? local;
}

async function listening(server: Server, { host, port }: HttpParts["listen"]): Promise<void> {
  try {
    await server.start();
  } catch (cause) {
    const taken = (cause as NodeJS.ErrnoException).code === "EADDRINUSE";
    const reason = taken ? "another program listens there" : (cause as Error).message;
    throw new Error(`Cannot listen on ${host}:${port}: ${reason}`, { cause });
  }
}

import type { Lifecycle, Request } from "@hapi/hapi";
import type { IncomingHttpHeaders } from "node:http";
import type { CountCall, Quota } from "../contracts/quotas.js";
import { allows } from "../contracts/scopes.js";
import type { Caller } from "./authentication.js";
import { drained } from "./drained.js";
import { HttpRefusal } from "./http-refusal.js";
import type { Access } from "./route.js";

export interface AdmissionParts {
  authenticate(headers: IncomingHttpHeaders): Promise<Caller>;
  /** `undefined` when limits are off. */
  count: CountCall | undefined;
}

/** Lets a request pass to its route, before its body is read: who asks, how often, with which scope. */
export function admission(parts: AdmissionParts): Lifecycle.Method {
  return async (request, h) => {
    const access = request.route.settings.app?.access;
    if (access !== undefined && access !== "public") {
      try {
        await admit(request, access, parts);
      } catch (refusal) {
        await drained(request.raw.req);
        throw refusal;
      }
    }
    return h.continue;
  };
}

async function admit({ app, raw }: Request, scope: Access, { authenticate, count }: AdmissionParts): Promise<void> {
  const caller = await authenticate(raw.req.headers);
  app.caller = caller;
  if (count) {
    app.quota = await count(caller.organization);
    if (app.quota.refused) throw tooMany(app.quota.refused, app.quota.limit);
  }
  if (!allows(caller.scopes, scope)) {
    throw new HttpRefusal(403, "INSUFFICIENT_PERMISSIONS", `The API key lacks the scope ${scope}`, {
      requiredScope: scope,
    });
  }
}

function tooMany({ window, retryAfter }: NonNullable<Quota["refused"]>, limit: number): HttpRefusal {
  return new HttpRefusal(
    429,
    "RATE_LIMIT_EXCEEDED",
    `More than ${limit} calls in this ${window}; try again in ${retryAfter} s`,
    {
      details: { retryAfter, limit, window },
      headers: { "Retry-After": String(retryAfter) },
    },
  );
}

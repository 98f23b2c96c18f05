import type { Lifecycle, Request, ResponseObject, ResponseToolkit, ServerRoute } from "@hapi/hapi";
import type { Clock } from "../../contracts/clock.js";
import type { WebhookAnswer } from "../../contracts/connector.js";
import type { LoadedSource } from "../../contracts/source.js";
import type { SourceVerbs } from "../../contracts/source-verbs.js";
import { drained } from "../drained.js";
import { found } from "../found.js";
import { HttpRefusal } from "../http-refusal.js";
import { limitedBody } from "../limited-body.js";
import { unreadBody } from "../raw-body.js";
import { isSignedTwice, singleHeaders, webhookRequest } from "../webhook-request.js";

/** Bytes. */
const LARGEST_DELIVERY = 2 * 1024 * 1024;

export interface WebhookParts {
  readonly sources: SourceVerbs;
  readonly clock: Clock;
}

/** The doors of the sources. Whoever knocks proves itself to the source's connector, not by an API key. */
export function webhookRoutes({ sources, clock }: WebhookParts): ServerRoute[] {
  return [
    {
      method: "*",
      path: "/webhooks/{source}",
      options: {
        app: { access: "public" },
        // A platform that asks whether we are there wants to hear 200, also without a body.
        response: { emptyStatusCode: 200 },
        payload: unreadBody,
        // Before a body is read that nobody waits for.
        ext: { onPreAuth: { method: admit } },
      },
      async handler(request, h) {
        const source = sourceOf(request);
        const { remoteAddress } = request.info;
        const body = await limitedBody(request.raw.req, LARGEST_DELIVERY);
        const now = clock.now();
        if (!body) {
          const knock = { headers: singleHeaders(request), receivedAt: now };
          return answered(h, await sources.refuse(source, knock, remoteAddress, "too_large"));
        }
        const delivery = webhookRequest(request, body, source, now);
        const answer = isSignedTwice(request, source, now)
          ? await sources.refuse(source, delivery, remoteAddress, "bad_signature")
          : await sources.receive(source, delivery, remoteAddress);
        return answered(h, answer);
      },
    },
  ];

  async function admit(request: Request, h: ResponseToolkit): Promise<Lifecycle.ReturnValue> {
    const source = sources.find(String(request.params["source"]));
    try {
      found(source, "source");
      if (source) requireMethod(request, source);
    } catch (refusal) {
      await drained(request.raw.req);
      throw refusal;
    }
    request.app.source = source?.name;
    return h.continue;
  }

  function sourceOf({ params }: Request): LoadedSource {
    return found(sources.find(String(params["source"])), "source");
  }
}

function requireMethod({ method }: Request, { connector }: LoadedSource): void {
  const taken = ["POST", ...(connector.methods ?? [])];
  if (taken.includes(method.toUpperCase())) return;
  const allow = [...new Set(taken)].sort().join(", ");
  throw new HttpRefusal(405, "METHOD_NOT_ALLOWED", `This source answers ${allow} only`, { headers: { Allow: allow } });
}

function answered(h: ResponseToolkit, { status, headers = {}, body = "" }: WebhookAnswer): ResponseObject {
  const response = h.response(body).code(status);
  if (body !== "")
    response.type(/^\s*[[{]/.test(body) ? "application/json; charset=utf-8" : "text/plain; charset=utf-8");
  for (const [name, value] of Object.entries(headers)) response.header(name, value);
  return response;
}

import type { Request, ResponseObject, ResponseToolkit, ServerRoute } from "@hapi/hapi";
import type { Clock } from "../../contracts/clock.js";
import { StoreUnavailable } from "../../contracts/errors.js";
import type { Store } from "../../contracts/store.js";
import { rawBody } from "../raw-body.js";
import { page, pageHeaders, pageLanguage, type PageKind } from "../unsubscribe-page.js";

const PATH = "/u/{token}";
const LARGEST_FORM = 64 * 1024;
const statuses: Readonly<Record<PageKind, number>> = { ask: 200, done: 200, unknown: 404, later: 503 };

export interface UnsubscribeParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly organization: string;
  readonly language: string;
  readonly links: { sendingOf(token: string): string | undefined };
}

/**
 * The opt-out page of a message. Opening it changes nothing, because scanners follow links; posting to it opts out at once, whatever
 * the body, so that it also answers the one-click request of RFC 8058. The token is all that it asks for.
 */
export function unsubscribeRoutes(parts: UnsubscribeParts): ServerRoute[] {
  const { store, clock, organization, language, links } = parts;

  async function optOut(sendingId: string): Promise<PageKind> {
    const sending = await store.sendings.get(organization, sendingId);
    if (!sending) return "unknown";
    // Somebody whose record is gone gets nothing either way.
    await store.contacts.optOut(organization, sending.contactId, clock.now());
    return "done";
  }

  function answer({ raw }: Request, h: ResponseToolkit, kind: PageKind): ResponseObject {
    const text = page(kind, pageLanguage(raw.req.headers["accept-language"], language));
    const response = h.response(text).code(statuses[kind]).type("text/html; charset=utf-8");
    for (const [name, value] of Object.entries(pageHeaders)) response.header(name, value);
    return kind === "later" ? response.header("Retry-After", "5") : response;
  }

  return [
    {
      method: "GET",
      path: PATH,
      options: { app: { access: "public" } },
      handler: (request, h) =>
        answer(request, h, links.sendingOf(request.params["token"] as string) === undefined ? "unknown" : "ask"),
    },
    {
      method: "POST",
      path: PATH,
      options: { app: { access: "public" }, payload: rawBody(LARGEST_FORM) },
      async handler(request, h) {
        const sendingId = links.sendingOf(request.params["token"] as string);
        if (sendingId === undefined) return answer(request, h, "unknown");
        try {
          return answer(request, h, await optOut(sendingId));
        } catch (cause) {
          if (!(cause instanceof StoreUnavailable)) throw cause;
          request.app.failure = cause;
          return answer(request, h, "later");
        }
      },
    },
  ];
}

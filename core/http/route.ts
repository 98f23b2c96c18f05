import type { Lifecycle, Request, ResponseToolkit, ServerRoute } from "@hapi/hapi";
import type { Caller } from "./authentication.js";
import { HttpRefusal } from "./http-refusal.js";
import { LARGEST_BODY } from "./json-body.js";
import { limitedBody } from "./limited-body.js";
import type { Quota } from "../contracts/quotas.js";
import { unreadBody } from "./raw-body.js";

/** What a route asks of its caller: a scope, or nothing. */
export type Access = `${string}:${string}` | "public";

declare module "@hapi/hapi" {
  interface RouteOptionsApp {
    access?: Access;
  }
  interface RequestApplicationState {
    requestId: string;
    /** Of `performance.now()`. */
    begunAt: number;
    /** What came, on routes of the API once it is whole. */
    body?: Buffer;
    /** Missing on public routes and until the caller is known. */
    caller?: Caller;
    quota?: Quota;
    /** At whose door it knocks; missing when there is no such source. */
    source?: string | undefined;
    /** Its body or headers did not arrive in time. */
    late?: boolean;
    failure?: Error;
    /** The code of the error that was answered. */
    code?: string;
  }
}

export type Answer = (request: Request, h: ResponseToolkit, caller: Caller) => Lifecycle.ReturnValue;

/** A route under `/api/v1`, for callers with a key that holds `scope`. */
export function apiRoute(
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE",
  path: string,
  scope: Access,
  answer: Answer,
): ServerRoute {
  return {
    method,
    path: `/api/v1${path}`,
    options: { app: { access: scope }, ...(method === "GET" ? {} : { payload: unreadBody }) },
    async handler(request, h) {
      if (method !== "GET") request.app.body = (await limitedBody(request.raw.req, LARGEST_BODY)) ?? tooLarge();
      return answer(request, h, callerOf(request));
    },
  };
}

function tooLarge(): never {
  throw new HttpRefusal(413, "PAYLOAD_TOO_LARGE", "The body is larger than this path takes");
}

function callerOf({ app, path }: Request): Caller {
  if (!app.caller) throw new Error(`${path} was answered before its caller was known`);
  return app.caller;
}

import type { Lifecycle, Request, ResponseToolkit, RouteOptionsPayload, ServerRoute } from "@hapi/hapi";
import type { Caller } from "./authentication.js";
import { LARGEST_BODY } from "./json-body.js";
import type { Quota } from "./rate-limit.js";

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

/** The options of a route that reads its body itself, from the bytes as they came. `maxBytes` beyond it: 413. */
export function rawBody(maxBytes: number): RouteOptionsPayload {
  // The type is checked by whoever reads the bytes; slow bodies are ended by the listener.
  return { parse: false, output: "data", maxBytes, override: "application/octet-stream", timeout: false };
}

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
    options: { app: { access: scope }, ...(method === "GET" ? {} : { payload: rawBody(LARGEST_BODY) }) },
    handler: (request, h) => answer(request, h, callerOf(request)),
  };
}

function callerOf({ app, path }: Request): Caller {
  if (!app.caller) throw new Error(`${path} was answered before its caller was known`);
  return app.caller;
}

import type { RequestRoute, ServerRoute } from "@hapi/hapi";
import { isScope } from "../contracts/scopes.js";
import { drained } from "./drained.js";
import { HttpRefusal } from "./http-refusal.js";

/** Throws a sentence when a route neither declares a scope that exists nor says that it is public. */
export function requireAccess(table: readonly RequestRoute[]): void {
  for (const { method, path, settings } of table) {
    const access = settings.app?.access;
    if (access !== "public" && !(access && isScope(access))) {
      const declared =
        access === undefined ? "declares no scope" : `declares the scope ${access}, which does not exist`;
      throw new Error(`The route ${method.toUpperCase()} ${path} ${declared}: give it one, or say that it is public`);
    }
  }
}

/** For every path of `table` that does not see to all verbs itself the route that answers the others: 405 with `Allow`. */
export function otherVerbs(table: readonly RequestRoute[]): ServerRoute[] {
  const verbs = new Map<string, string[]>();
  for (const { method, path } of table) verbs.set(path, [...(verbs.get(path) ?? []), method.toUpperCase()]);
  const partial = [...verbs].filter(([, methods]) => !methods.includes("*"));
  return partial.map(([path, methods]) => refusing(path, methods.includes("GET") ? [...methods, "HEAD"] : methods));
}

function refusing(path: string, methods: readonly string[]): ServerRoute {
  const allow = [...methods].sort().join(", ");
  return {
    method: "*",
    path,
    options: {
      app: { access: "public" },
      payload: { parse: false, output: "stream", override: "application/octet-stream" },
    },
    async handler({ raw }) {
      await drained(raw.req);
      throw new HttpRefusal(405, "METHOD_NOT_ALLOWED", `This path answers ${allow} only`, {
        headers: { Allow: allow },
      });
    },
  };
}

import { server } from "@hapi/hapi";
import { test } from "tap";
import { requireAccess } from "../../../core/http/route-rules.js";
import type { Access } from "../../../core/http/route.js";
import { routes } from "../../../core/http/routes.js";
import { createHttpServer } from "../../../core/http/server.js";
import { partsOf } from "./parts.js";

/** Contract §3, §4, §10. */
const contract: readonly (readonly [string, string, Access])[] = [
  ["POST", "/api/v1/sequences/{id}/execute", "sequences:execute"],
  ["GET", "/api/v1/contacts", "contacts:read"],
  ["POST", "/api/v1/contacts", "contacts:write"],
  ["GET", "/api/v1/contacts/{id}", "contacts:read"],
  ["PATCH", "/api/v1/contacts/{id}", "contacts:write"],
  ["DELETE", "/api/v1/contacts/{id}", "contacts:write"],
  ["GET", "/api/v1/contacts/{id}/timeline", "contacts:read"],
  ["POST", "/api/v1/contacts/{id}/erase", "contacts:write"],
  ["GET", "/api/v1/sequences", "sequences:read"],
  ["GET", "/api/v1/sequences/{id}", "sequences:read"],
  ["GET", "/api/v1/sendings", "sendings:read"],
  ["GET", "/api/v1/sendings/{id}", "sendings:read"],
  ["POST", "/api/v1/sendings/{id}/cancel", "sendings:write"],
  ["POST", "/api/v1/sendings/{id}/retry", "sendings:write"],
  ["POST", "/api/v1/sendings/{id}/skip", "sendings:write"],
  ["GET", "/api/v1/executions/{id}", "sendings:read"],
  ["POST", "/api/v1/executions/{id}/cancel", "sendings:write"],
  ["GET", "/api/v1/outbox", "sendings:read"],
  ["GET", "/api/v1/locations", "locations:read"],
  ["GET", "/api/v1/employees", "employees:read"],
  ["GET", "/api/v1/channels", "sendings:read"],
  ["PUT", "/api/v1/channels/{name}/resume", "sendings:write"],
  ["GET", "/api/v1/sources", "events:read"],
  ["GET", "/api/v1/sources/{name}", "events:read"],
  ["GET", "/api/v1/sources/{name}/status", "events:read"],
  ["GET", "/api/v1/sources/{name}/refused", "events:read"],
  ["PUT", "/api/v1/sources/{name}/pause", "events:write"],
  ["PUT", "/api/v1/sources/{name}/resume", "events:write"],
  ["PUT", "/api/v1/sources/{name}/stop", "events:write"],
  ["GET", "/api/v1/events", "events:read"],
  ["GET", "/api/v1/events/{id}", "events:read"],
  ["POST", "/api/v1/events/{id}/replay", "events:write"],
  ["POST", "/api/v1/events/replay", "events:write"],
  ["*", "/webhooks/{source}", "public"],
  ["GET", "/u/{token}", "public"],
  ["POST", "/u/{token}", "public"],
  ["GET", "/health/live", "public"],
  ["GET", "/health/ready", "public"],
];

function table(access?: Access) {
  const hapi = server();
  hapi.route({
    method: "PUT",
    path: "/x",
    options: access === undefined ? {} : { app: { access } },
    handler: () => null,
  });
  return hapi.table();
}

function allowed(verbs: readonly string[]): string {
  return (verbs.includes("GET") ? [...verbs, "HEAD"] : [...verbs]).sort().join(", ");
}

test("a route without a scope does not start", async (t) => {
  t.throws(() => requireAccess(table()), /The route PUT \/x declares no scope/);
  t.throws(() => requireAccess(table("contacts:paint")), /declares the scope contacts:paint, which does not exist/);
  t.doesNotThrow(() => requireAccess(table("contacts:read")));
  t.doesNotThrow(() => requireAccess(table("public")));
});

test("the routes and their scopes are those of the contract", async (t) => {
  const hapi = server();
  hapi.route(routes(partsOf()));
  const declared = hapi.table().map(({ method, path, settings }) => [method.toUpperCase(), path, settings.app?.access]);
  const inOrder = (rows: readonly unknown[]): string[] => rows.map(String).sort();
  t.same(inOrder(declared), inOrder(contract));
});

test("another verb on a path that exists is 405 with Allow, an unknown path is 404", async (t) => {
  const { inject } = await createHttpServer(partsOf());
  for (const path of new Set(contract.map(([, path]) => path))) {
    const verbs = contract.filter(([, other]) => other === path).map(([verb]) => verb);
    // Its source says which verbs there are.
    if (verbs.includes("*")) continue;
    // To read an event that is called so: there is none.
    if (path.endsWith("/events/replay")) verbs.push("GET", "HEAD");
    const allow = path.endsWith("/events/replay") ? "POST" : allowed(verbs);
    for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"]) {
      if (verbs.includes(method)) continue;
      const answer = await inject({
        method,
        url: path.replace(/\{\w+\}/, "x"),
        payload: "<a/>",
        headers: { "content-type": "text/xml" },
      });
      t.match(answer, { statusCode: 405, headers: { allow } }, `${method} ${path}`);
      t.match(answer.result, { error: { code: "METHOD_NOT_ALLOWED" } });
    }
  }
  for (const url of [
    "/",
    "/api",
    "/api/v1",
    "/api/v1/nothing",
    "/api/v2/contacts",
    "/API/v1/contacts",
    "/api/v1/contacts/1/2/3",
    "//",
    "/u/",
    "/u",
  ]) {
    const answer = await inject({ method: "POST", url, payload: "x" });
    t.match(answer, { statusCode: 404, result: { error: { code: "NOT_FOUND" } } }, url);
  }
});

import type { ServerRoute } from "@hapi/hapi";
import type { Executions } from "../../contracts/store.js";
import type { Verbs } from "../../contracts/verbs.js";
import { found, idOf } from "../found.js";
import { executionObject } from "../presenters.js";
import { noBody } from "../request-body.js";
import { apiRoute } from "../route.js";

/** Accepted execute calls. */
export function executionRoutes(executions: Executions, verbs: Verbs): ServerRoute[] {
  return [
    apiRoute("GET", "/executions/{id}", "sendings:read", async (request, _h, { organization }) => {
      return {
        data: executionObject(found(await executions.get(organization, idOf(request, "execution")), "execution")),
      };
    }),

    apiRoute("POST", "/executions/{id}/cancel", "sendings:write", async (request, _h, { organization }) => {
      noBody(request);
      return { data: executionObject(await verbs.cancelExecution(organization, idOf(request, "execution"))) };
    }),
  ];
}

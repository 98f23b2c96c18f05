import type { Request, ServerRoute } from "@hapi/hapi";
import type { SourceStatus } from "../../contracts/source.js";
import type { SourceVerbs } from "../../contracts/source-verbs.js";
import type { Inbox } from "../../contracts/store.js";
import { pageOf, paged, pageQuery } from "../paging.js";
import { noBody } from "../request-body.js";
import { apiRoute } from "../route.js";
import { checked } from "../schemas.js";
import { refusedObject, sourceObject } from "../source-presenters.js";

/** What the project listens to, and whether it does. */
export function sourceRoutes(sources: SourceVerbs, inbox: Inbox): ServerRoute[] {
  return [
    apiRoute("GET", "/sources", "events:read", async ({ query: raw }, _h, { organization }) => {
      const page = checked(pageQuery, raw, "query");
      return paged(pageOf(await sources.list(organization), page), page, sourceObject);
    }),
    one("/sources/{name}"),
    one("/sources/{name}/status"),

    apiRoute("GET", "/sources/{name}/refused", "events:read", async (request, _h, { organization }) => {
      const page = checked(pageQuery, request.query, "query");
      const { name } = await sources.get(organization, nameOf(request));
      return paged(await inbox.refused(organization, name, page), page, refusedObject);
    }),

    change("pause", "paused"),
    change("resume", "running"),
    change("stop", "stopped"),
  ];

  function one(path: string): ServerRoute {
    return apiRoute("GET", path, "events:read", async (request, _h, { organization }) => {
      return { data: sourceObject(await sources.get(organization, nameOf(request))) };
    });
  }

  function change(verb: string, status: SourceStatus): ServerRoute {
    return apiRoute("PUT", `/sources/{name}/${verb}`, "events:write", async (request, _h, { organization }) => {
      noBody(request);
      return { data: sourceObject(await sources.setStatus(organization, nameOf(request), status)) };
    });
  }
}

function nameOf({ params }: Request): string {
  return String(params["name"]);
}

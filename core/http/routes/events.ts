import Joi from "joi";
import type { ServerRoute } from "@hapi/hapi";
import type { EventStatus } from "../../contracts/inbox.js";
import type { ReplayFilter, SourceVerbs } from "../../contracts/source-verbs.js";
import type { EventFilter, Inbox, PageRequest } from "../../contracts/store.js";
import { found, idOf } from "../found.js";
import { paged, paging } from "../paging.js";
import { jsonBody } from "../request-body.js";
import { apiRoute } from "../route.js";
import { body, checked, filter, query, time, words } from "../schemas.js";
import { eventObject, replayObject, replaysObject, wholeEventObject } from "../source-presenters.js";

const statuses: readonly EventStatus[] = ["received", "processed", "ignored", "dead"];
const status = Joi.string().valid(...statuses);

const listQuery = query<EventFilter & PageRequest>({
  ...paging,
  source: filter,
  status,
  type: filter,
  from: time,
  to: time,
});

const replayBody = body<{ dryRun?: boolean }>({ dryRun: Joi.boolean() });
const replaysBody = body<ReplayFilter & { dryRun?: boolean; confirm?: number }>({
  source: words,
  status,
  from: time,
  to: time,
  dryRun: Joi.boolean(),
  confirm: Joi.number().integer().min(0),
});

/** What the sources have brought, and working on it again. */
export function eventRoutes(sources: SourceVerbs, inbox: Inbox): ServerRoute[] {
  return [
    apiRoute("GET", "/events", "events:read", async ({ query: raw }, _h, { organization }) => {
      const { page, limit, ...wanted } = checked(listQuery, raw, "query");
      return paged(await inbox.list(organization, wanted, { page, limit }), { page, limit }, eventObject);
    }),

    apiRoute("GET", "/events/{id}", "events:read", async (request, _h, { organization }) => {
      return { data: wholeEventObject(found(await inbox.get(organization, idOf(request, "event")), "event")) };
    }),

    apiRoute("POST", "/events/{id}/replay", "events:write", async (request, _h, { organization }) => {
      const { dryRun = false } = checked(replayBody, jsonBody(request) ?? {}, "body");
      return { data: replayObject(await sources.replay(organization, idOf(request, "event"), dryRun)) };
    }),

    apiRoute("POST", "/events/replay", "events:write", async (request, _h, { organization }) => {
      const { dryRun = false, confirm, ...wanted } = checked(replaysBody, jsonBody(request) ?? {}, "body");
      return { data: replaysObject(await sources.replayAll(organization, wanted, { dryRun, confirm })) };
    }),
  ];
}

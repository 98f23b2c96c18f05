import type { ServerRoute } from "@hapi/hapi";
import type { Normalizer } from "../../contracts/people.js";
import type { Outbox, OutboxFilter, PageRequest } from "../../contracts/store.js";
import { paged, paging } from "../paging.js";
import { messageObject } from "../presenters.js";
import { apiRoute } from "../route.js";
import { checked, filter, query, uuid } from "../schemas.js";

const listQuery = query<PageRequest & { to?: string; sending?: string }>({ ...paging, to: filter, sending: uuid });

/** Messages that were captured instead of sent. */
export function outboxRoutes(outbox: Outbox, normalizer: Normalizer): ServerRoute[] {
  return [
    apiRoute("GET", "/outbox", "sendings:read", async ({ query: raw }, _h, { organization }) => {
      const { to, sending, ...page } = checked(listQuery, raw, "query");
      const wanted: OutboxFilter = {};
      if (to !== undefined) wanted.to = normalizer.email(to) ?? to;
      if (sending !== undefined) wanted.sendingId = sending;
      return paged(await outbox.list(organization, wanted, page), page, messageObject);
    }),
  ];
}

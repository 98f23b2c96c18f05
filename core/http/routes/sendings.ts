import Joi from "joi";
import type { Request, ServerRoute } from "@hapi/hapi";
import type { Clock } from "../../contracts/clock.js";
import type { Instant, Sending, SendingStatus } from "../../contracts/model.js";
import type { PageRequest, SendingFilter, Store } from "../../contracts/store.js";
import type { Verbs } from "../../contracts/verbs.js";
import { found, idOf } from "../found.js";
import { paged, paging } from "../paging.js";
import { sendingObject, timelineObject } from "../presenters.js";
import { noBody } from "../request-body.js";
import { apiRoute } from "../route.js";
import { checked, filter, query, time, uuid } from "../schemas.js";
import { stepKinds } from "../step-kinds.js";

export interface SendingParts {
  readonly store: Store;
  readonly verbs: Verbs;
  readonly clock: Clock;
}

interface SendingQuery extends PageRequest {
  status?: SendingStatus;
  sequence?: string;
  contact?: string;
  execution?: string;
  from?: Instant;
  to?: Instant;
}

const statuses: readonly SendingStatus[] = ["pending", "scheduled", "sent", "completed", "failed", "cancelled", "held"];

const listQuery = query<SendingQuery>({
  ...paging,
  status: Joi.string().valid(...statuses),
  sequence: filter,
  contact: uuid,
  execution: uuid,
  from: time,
  to: time,
});

/** People on their way through sequences: contract §9. */
export function sendingRoutes({ store, verbs, clock }: SendingParts): ServerRoute[] {
  const kindOf = stepKinds(store.sequences);

  return [
    apiRoute("GET", "/sendings", "sendings:read", async ({ query: raw }, _h, { organization }) => {
      const asked = checked(listQuery, raw, "query");
      const wanted = await filterOf(organization, asked);
      const { items, total } = wanted
        ? await store.sendings.list(organization, wanted, asked, clock.now())
        : { items: [], total: 0 };
      return paged({ items: await Promise.all(items.map(present)), total }, asked, (object) => object);
    }),

    apiRoute("GET", "/sendings/{id}", "sendings:read", async (request, _h, { organization }) => {
      const sending = found(await store.sendings.get(organization, idOf(request, "sending")), "sending");
      const timeline = await store.sendings.timeline(organization, sending.id);
      return { data: { ...(await present(sending)), timeline: timeline.map(timelineObject) } };
    }),

    action("cancel", (organization, id) => verbs.cancelSending(organization, id)),
    action("retry", (organization, id) => verbs.retry(organization, id)),
    action("skip", (organization, id) => verbs.skip(organization, id)),
  ];

  function action(name: string, act: (organization: string, id: string) => Promise<Sending>): ServerRoute {
    return apiRoute(
      "POST",
      `/sendings/{id}/${name}`,
      "sendings:write",
      async (request: Request, _h, { organization }) => {
        noBody(request);
        return { data: await present(await act(organization, idOf(request, "sending"))) };
      },
    );
  }

  async function present(sending: Sending): Promise<object> {
    return sendingObject(sending, await kindOf(sending), clock.now());
  }

  /** `undefined` when it asks for a sequence that does not exist: then nothing matches. */
  async function filterOf(organization: string, asked: SendingQuery): Promise<SendingFilter | undefined> {
    const wanted: SendingFilter = {};
    if (asked.sequence !== undefined) {
      const sequence = await store.sequences.find(organization, asked.sequence);
      if (!sequence) return undefined;
      wanted.sequenceId = sequence.id;
    }
    if (asked.status !== undefined) wanted.status = asked.status;
    if (asked.contact !== undefined) wanted.contactId = asked.contact;
    if (asked.execution !== undefined) wanted.executionId = asked.execution;
    if (asked.from !== undefined) wanted.from = asked.from;
    if (asked.to !== undefined) wanted.to = asked.to;
    return wanted;
  }
}

import type { ServerRoute } from "@hapi/hapi";
import type { Channels } from "../../contracts/store.js";
import type { Verbs } from "../../contracts/verbs.js";
import { found } from "../found.js";
import { pageOf, paged, pageQuery } from "../paging.js";
import { iso } from "../presenters.js";
import { noBody } from "../request-body.js";
import { apiRoute } from "../route.js";
import { checked } from "../schemas.js";

/** A channel as the configuration has it: `email`, `sendgrid`. */
export interface NamedChannel {
  readonly name: string;
  readonly use: string;
}

export interface ChannelParts {
  readonly channels: readonly NamedChannel[];
  readonly states: Channels;
  readonly verbs: Verbs;
  /** The channels are those of this organization's project; others have none here. */
  readonly organization: string;
}

/** Whether messages can leave. */
export function channelRoutes({ channels, states, verbs, organization }: ChannelParts): ServerRoute[] {
  return [
    apiRoute("GET", "/channels", "sendings:read", async ({ query: raw }, _h, caller) => {
      const page = checked(pageQuery, raw, "query");
      const { items, total } = pageOf(channelsOf(caller.organization), page);
      return paged({ items: await Promise.all(items.map(present)), total }, page, (object) => object);
    }),

    apiRoute("PUT", "/channels/{name}/resume", "sendings:write", async (request, _h, caller) => {
      noBody(request);
      const channel = channelsOf(caller.organization).find(({ name }) => name === request.params["name"]);
      const { name, use } = found(channel, "channel");
      await verbs.resumeChannel(name);
      return { data: await present({ name, use }) };
    }),
  ];

  function channelsOf(asking: string): readonly NamedChannel[] {
    return asking === organization ? channels : [];
  }

  async function present({ name, use }: NamedChannel): Promise<object> {
    const { state, reason, since } = await states.get(name);
    return { name, use, state, reason, since: since === null ? null : iso(since) };
  }
}

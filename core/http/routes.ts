import type { ServerRoute } from "@hapi/hapi";
import { channelRoutes, type ChannelParts } from "./routes/channels.js";
import { contactRoutes, type ContactParts } from "./routes/contacts.js";
import { executeRoutes } from "./routes/execute.js";
import { eventRoutes } from "./routes/events.js";
import { executionRoutes } from "./routes/executions.js";
import { healthRoutes, type HealthParts } from "./routes/health.js";
import { outboxRoutes } from "./routes/outbox.js";
import { projectRoutes } from "./routes/project.js";
import { sendingRoutes, type SendingParts } from "./routes/sendings.js";
import { sequenceRoutes } from "./routes/sequences.js";
import { sourceRoutes } from "./routes/sources.js";
import { unsubscribeRoutes, type UnsubscribeParts } from "./routes/unsubscribe.js";
import { webhookRoutes, type WebhookParts } from "./routes/webhooks.js";

export type RouteParts = Omit<ChannelParts, "states"> &
  ContactParts &
  HealthParts &
  SendingParts &
  UnsubscribeParts &
  WebhookParts;

/** Everything that the server answers. */
export function routes(parts: RouteParts): ServerRoute[] {
  const { store, verbs, sources, directory, normalizer, organization } = parts;
  return [
    ...executeRoutes(verbs),
    ...contactRoutes(parts),
    ...sequenceRoutes(store.sequences),
    ...sendingRoutes(parts),
    ...executionRoutes(store.executions, verbs),
    ...outboxRoutes(store.outbox, normalizer),
    ...projectRoutes(directory, organization),
    ...channelRoutes({ ...parts, states: store.channels }),
    ...sourceRoutes(sources, store.inbox),
    ...eventRoutes(sources, store.inbox),
    ...webhookRoutes(parts),
    ...unsubscribeRoutes(parts),
    ...healthRoutes(parts),
  ];
}

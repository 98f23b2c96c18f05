import type { ServerRoute } from "@hapi/hapi";
import { channelRoutes, type ChannelParts } from "./routes/channels.js";
import { contactRoutes, type ContactParts } from "./routes/contacts.js";
import { executeRoutes } from "./routes/execute.js";
import { executionRoutes } from "./routes/executions.js";
import { healthRoutes, type HealthParts } from "./routes/health.js";
import { outboxRoutes } from "./routes/outbox.js";
import { projectRoutes } from "./routes/project.js";
import { sendingRoutes, type SendingParts } from "./routes/sendings.js";
import { sequenceRoutes } from "./routes/sequences.js";
import { unsubscribeRoutes, type UnsubscribeParts } from "./routes/unsubscribe.js";

export type RouteParts = Omit<ChannelParts, "states"> & ContactParts & HealthParts & SendingParts & UnsubscribeParts;

/** Everything that the server answers. */
export function routes(parts: RouteParts): ServerRoute[] {
  const { store, verbs, directory, normalizer, organization } = parts;
  return [
    ...executeRoutes(verbs),
    ...contactRoutes(parts),
    ...sequenceRoutes(store.sequences),
    ...sendingRoutes(parts),
    ...executionRoutes(store.executions, verbs),
    ...outboxRoutes(store.outbox, normalizer),
    ...projectRoutes(directory, organization),
    ...channelRoutes({ ...parts, states: store.channels }),
    ...unsubscribeRoutes(parts),
    ...healthRoutes(parts),
  ];
}

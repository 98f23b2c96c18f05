import { shopify } from "../../../connectors/shopify/shopify.js";
import { ordersPlugin } from "../../../plugins/orders/orders.js";
import type { WebhookRequest } from "../../../core/contracts/connector.js";
import { altered, connected } from "../../connectors/delivered.js";
import { staged } from "../../plugins/stage.js";
import { organization } from "./engine.js";
import { sequenceOf, step } from "./sequence.js";
import { SourceStage } from "./source-stage.js";

const day = 86_400_000;
const welcome = sequenceOf([step.wait("pause", 30 * day), step.email("hello")]);

/** A shop of Shopify's with the plugin as it is shipped, and what is kept of the recorded order, which starts `welcome`. */
export async function refundingShop(
  t: Parameters<typeof SourceStage.start>[0],
  options: Parameters<typeof SourceStage.start>[3] = {},
) {
  const rules = { connector: "shopify", secrets: ["s"], on: [{ event: "order.paid", execute: "welcome" }] };
  const { translate } = await staged(ordersPlugin(new Map([["shopify", shopify]])), { ...rules, maxAge: "4000d" });
  const stage = await SourceStage.start(
    t,
    [welcome],
    {
      connector: { ...connected(shopify), verify: () => undefined },
      translate,
    },
    options,
  );
  const deliver = async (request: WebhookRequest) => {
    const receivedAt = stage.engine.clock.now();
    await stage.receive.run(stage.source, { ...request, receivedAt }, "127.0.0.1");
  };
  const order = () => stage.engine.store.inbox.entity(organization, "shop", "order:6120448835730");
  const states = async () => {
    const { items } = await stage.engine.store.sendings.list(organization, {}, { page: 1, limit: 9 }, 0);
    return items.map(({ state }) => state);
  };
  return { stage, deliver, order, states };
}

export const paid = altered("shopify-orders-paid.json", {});
export const first = altered("shopify-refunds-create.json", {});

/** Another refund of the recorded order. */
export function refundMore(id: number, amount: string, at = "2026-10-13T10:00:00+02:00"): WebhookRequest {
  const transactions = [{ kind: "refund", status: "success", amount, currency: "SEK" }];
  const fields = { id, transactions, created_at: at, updated_at: at };
  const body = { ...fields, admin_graphql_api_id: `gid://shopify/Refund/${id}` };
  return altered("shopify-refunds-create.json", body, { "x-shopify-event-id": `refund-${id}` });
}

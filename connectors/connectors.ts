import { acuity } from "./acuity.js";
import { bigcommerce } from "./bigcommerce/bigcommerce.js";
import { calcom } from "./calcom/calcom.js";
import { calendly } from "./calendly/calendly.js";
import { cloudevents } from "./cloudevents.js";
import type { ConnectorType } from "./connector-type.js";
import { githubStyle } from "./github-style.js";
import { mindbody } from "./mindbody.js";
import { plain } from "./plain.js";
import { shopify } from "./shopify/shopify.js";
import { square } from "./square/square.js";
import { standardWebhooks } from "./standard-webhooks.js";
import { stripeCheckout } from "./stripe-checkout.js";
import { woocommerce } from "./woocommerce/woocommerce.js";

/** Every platform that a source can name, by that name. */
export const connectorTypes: ReadonlyMap<string, ConnectorType> = new Map(
  [
    acuity,
    bigcommerce,
    calcom,
    calendly,
    cloudevents,
    githubStyle,
    mindbody,
    plain,
    shopify,
    square,
    standardWebhooks,
    stripeCheckout,
    woocommerce,
  ].map((type) => [type.name, type]),
);

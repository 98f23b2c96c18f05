import type { InboundEvent } from "../../core/contracts/connector.js";
import { at, text } from "../field.js";
import { language, names } from "../person.js";

/** What was fetched of the customer and the place. Being subscribed is no consent; being unsubscribed is a no. */
export function customerOf(fetched: InboundEvent["fetched"]) {
  const customer = at(fetched, "customer");
  return {
    email: text(at(customer, "email_address")),
    ...names(at(customer, "given_name"), at(customer, "family_name")),
    phone: text(at(customer, "phone_number")),
    consent: at(customer, "preferences", "email_unsubscribed") === true ? false : null,
    language: language(at(fetched, "location", "language_code")),
  };
}

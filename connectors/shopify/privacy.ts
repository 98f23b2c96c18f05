import type { InboundEvent, PrivacyRequest } from "../../core/contracts/connector.js";
import { at, entries, text } from "../field.js";

const showData =
  "Somebody asks the shop for their data: send its owner within 30 days what GET /api/v1/contacts?email=… and its timeline show";
const deleteShop =
  "The shop has removed the app and asks for its data to be deleted within 30 days: erase its people (POST /api/v1/contacts/{id}/erase) and remove this source";

/** What the three topics that every app has to take ask for. https://shopify.dev/docs/apps/build/compliance/privacy-law-compliance */
export function privacyOf({ type, payload }: InboundEvent): PrivacyRequest | undefined {
  switch (type) {
    case "customers/redact":
      return { emails: emailsIn(payload), entities: ordersIn(payload), note: null };
    case "customers/data_request":
      return { emails: [], entities: [], note: showData };
    case "shop/redact":
      return { emails: [], entities: [], note: deleteShop };
    default:
      return undefined;
  }
}

function emailsIn(payload: InboundEvent["payload"]): string[] {
  const email = text(at(payload, "customer", "email"));
  return email === null ? [] : [email];
}

/** Somebody may have ordered under another address than the one that their account has now. */
function ordersIn(payload: InboundEvent["payload"]): string[] {
  return entries(at(payload, "orders_to_redact")).flatMap((id) => {
    const order = text(id);
    return order === null ? [] : [`order:${order}`];
  });
}

import type { CelFields, CelRoots } from "../../core/contracts/plugin.js";

/** What expressions see of an order. */
export const orderFields: CelFields = {
  id: "string",
  number: "string",
  status: "string",
  total: "double",
  currency: "string",
  email: "string",
  firstName: "string",
  lastName: "string",
  phone: "string",
  language: "string",
  locationId: "string",
  staffId: "string",
  consent: "bool",
  createdAt: "timestamp",
  updatedAt: "timestamp",
  items: [{ name: "string", sku: "string", quantity: "double" }],
  tags: "list<string>",
};

/** `event` is the platform's body. */
export const orderRoots: CelRoots = { event: "dyn", order: orderFields };

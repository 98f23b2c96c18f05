import type { Fields } from "../../../core/templates/check.js";

/** Roots as a step declares them, shortened. */
export const roots: Readonly<Record<string, Fields>> = {
  contact: { firstName: { size: {} }, lastName: { size: {} }, tags: true, customFields: true },
  links: { unsubscribe: {} },
  vars: { shop: { size: {} } },
  context: true,
  entity: true,
};

import type { OptionTable } from "./verb.js";

/** The options of every list that has pages. */
export const pageOptions = {
  page: { type: "string", value: "N", help: "which page, from 1" },
  limit: { type: "string", value: "N", help: "how many on a page: 50, at most 100" },
} as const satisfies OptionTable;

import Joi from "joi";
import type { Page, PageRequest } from "../contracts/store.js";
import { query } from "./schemas.js";

const DEFAULT_LIMIT = 50;
const MOST = 100;
/** Beyond this, offsets would not be exact. */
const LAST_PAGE = 1_000_000_000;

/** The query keys of every list. A `limit` above 100 is 100. */
export const paging = {
  page: Joi.number().integer().min(1).max(LAST_PAGE).default(1),
  limit: Joi.number()
    .integer()
    .min(1)
    .default(DEFAULT_LIMIT)
    .custom((limit: number) => Math.min(limit, MOST)),
};

/** The query of a list without filters. */
export const pageQuery = query<PageRequest>(paging);

export interface Paged {
  data: readonly object[];
  meta: { page: number; perPage: number; total: number; totalPages: number };
}

/** A list as it is answered. */
export function paged<T>({ items, total }: Page<T>, { page, limit }: PageRequest, present: (item: T) => object): Paged {
  return { data: items.map(present), meta: { page, perPage: limit, total, totalPages: Math.ceil(total / limit) } };
}

/** The page of a list that is whole in memory. */
export function pageOf<T>(all: readonly T[], { page, limit }: PageRequest): Page<T> {
  return { items: all.slice((page - 1) * limit, page * limit), total: all.length };
}

import Joi from "joi";
import type { ContactPatch } from "../contracts/rules.js";
import type { PageRequest } from "../contracts/store.js";
import { paging } from "./paging.js";
import { body, filter, person, query, uuid, words } from "./schemas.js";

export interface ContactQuery extends PageRequest {
  search?: string;
  email?: string;
  phone?: string;
  location_id?: string;
}

export const contactQuery = query<ContactQuery>({
  ...paging,
  search: filter,
  email: filter,
  phone: filter,
  location_id: uuid.empty(""),
});

const fields = { ...person, locationId: uuid.allow(null) };

/** Whether the address is one is the normalizer's business. */
const email = Joi.string();

export const contactCreation = body<ContactPatch & { email: string }>({
  email: email.required(),
  ...fields,
  firstName: words.required(),
});

export const contactPatch = body<ContactPatch>({ ...fields, email, unsubscribed: Joi.boolean() });

import type { ServerRoute } from "@hapi/hapi";
import type { Clock, Ids } from "../../contracts/clock.js";
import type { Directory } from "../../contracts/directory.js";
import { invalid, Refusal } from "../../contracts/errors.js";
import type { Contact } from "../../contracts/model.js";
import type { Normalizer } from "../../contracts/people.js";
import { newContact, patched, type ContactPatch } from "../../contracts/rules.js";
import type { ContactFilter, Store } from "../../contracts/store.js";
import { contactCreation, contactPatch, contactQuery, type ContactQuery } from "../contact-schemas.js";
import { found, idOf } from "../found.js";
import { paged, pageQuery } from "../paging.js";
import { contactObject, timelineObject } from "../presenters.js";
import { jsonBody, noBody } from "../request-body.js";
import { apiRoute } from "../route.js";
import { checked, said } from "../schemas.js";

export interface ContactParts {
  readonly store: Store;
  readonly directory: Directory;
  readonly normalizer: Normalizer;
  readonly clock: Clock;
  readonly ids: Ids;
}

/** The people of an organization: contract §4. */
export function contactRoutes({ store: { contacts }, directory, normalizer, clock, ids }: ContactParts): ServerRoute[] {
  return [
    apiRoute("GET", "/contacts", "contacts:read", async ({ query: raw }, _h, { organization }) => {
      const asked = checked(contactQuery, raw, "query");
      return paged(await contacts.list(organization, filterOf(asked), asked), asked, contactObject);
    }),

    apiRoute("POST", "/contacts", "contacts:write", async (request, h, { organization }) => {
      const given = said(checked(contactCreation, jsonBody(request), "body"));
      const fields = normalized(given, given.locationId ?? null);
      const now = clock.now();
      const contact = patched(newContact(ids.next(), organization, fields.email ?? "", now), fields, now);
      if ((await contacts.create(contact)) === "conflict") throw taken();
      return h.response({ data: contactObject(contact) }).code(201);
    }),

    apiRoute("GET", "/contacts/{id}", "contacts:read", async (request, _h, { organization }) => {
      return { data: contactObject(await existing(organization, idOf(request, "contact"))) };
    }),

    apiRoute("PATCH", "/contacts/{id}", "contacts:write", async (request, _h, { organization }) => {
      const id = idOf(request, "contact");
      const given = said(checked(contactPatch, jsonBody(request), "body"));
      const { locationId } = await existing(organization, id);
      const patch = normalized(given, given.locationId === undefined ? locationId : given.locationId);
      const contact = found(await contacts.patch(organization, id, patch, clock.now()), "contact");
      if (contact === "conflict") throw taken();
      return { data: contactObject(contact) };
    }),

    apiRoute("DELETE", "/contacts/{id}", "contacts:write", async (request, h, { organization }) => {
      const removed = await contacts.remove(organization, idOf(request, "contact"), clock.now());
      found(removed || undefined, "contact");
      return h.response().code(204);
    }),

    apiRoute("GET", "/contacts/{id}/timeline", "contacts:read", async (request, _h, { organization }) => {
      const page = checked(pageQuery, request.query, "query");
      const { id } = await existing(organization, idOf(request, "contact"));
      return paged(await contacts.timeline(organization, id, page), page, timelineObject);
    }),

    apiRoute("POST", "/contacts/{id}/erase", "contacts:write", async (request, _h, { organization }) => {
      noBody(request);
      const removed = await contacts.erase(organization, idOf(request, "contact"), clock.now());
      return { data: found(removed, "contact") };
    }),
  ];

  async function existing(organization: string, id: string): Promise<Contact> {
    return found(await contacts.get(organization, id), "contact");
  }

  /** As it is stored. `locationId` is the contact's when the call has been carried out: its country reads the phone. */
  function normalized(given: ContactPatch, locationId: string | null): ContactPatch {
    const fields = { ...given };
    if (given.email !== undefined) {
      const email = normalizer.email(given.email);
      if (email === undefined) throw invalid([{ path: "email", message: "must be an email address" }]);
      fields.email = email;
    }
    const location = locationId === null ? undefined : directory.location(locationId);
    if (given.locationId && !location) throw new Refusal("UNKNOWN_LOCATION", "There is no such location");
    if (given.phone) fields.phone = normalizer.phone(given.phone, location?.country ?? null);
    return fields;
  }

  function filterOf({ search, email, phone, location_id: locationId }: ContactQuery): ContactFilter {
    const filter: ContactFilter = {};
    if (search !== undefined) filter.search = search;
    if (email !== undefined) filter.email = normalizer.email(email) ?? email;
    // A plus sign that nobody encoded comes as a space.
    if (phone !== undefined) filter.phone = normalizer.phone(phone.replace(/^ /, "+"), null);
    if (locationId !== undefined) filter.locationId = locationId;
    return filter;
  }
}

function taken(): Refusal {
  return new Refusal("CONFLICT", "Another contact has this email address");
}

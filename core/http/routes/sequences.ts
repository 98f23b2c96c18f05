import type { ServerRoute } from "@hapi/hapi";
import type { Sequence } from "../../contracts/model.js";
import type { SequenceShelf } from "../../contracts/store.js";
import { found, idOrKeyOf } from "../found.js";
import { paged, pageQuery } from "../paging.js";
import { sequenceObject } from "../presenters.js";
import { apiRoute } from "../route.js";
import { checked } from "../schemas.js";

/** What the project sends. `{id}` is the UUID or the key. */
export function sequenceRoutes(shelf: SequenceShelf): ServerRoute[] {
  return [
    apiRoute("GET", "/sequences", "sequences:read", async ({ query: raw }, _h, { organization }) => {
      const page = checked(pageQuery, raw, "query");
      const { items, total } = await shelf.list(organization, page);
      return paged({ items: await Promise.all(items.map(whole)), total }, page, (object) => object);
    }),

    apiRoute("GET", "/sequences/{id}", "sequences:read", async (request, _h, { organization }) => {
      return { data: await whole(found(await shelf.find(organization, idOrKeyOf(request)), "sequence")) };
    }),
  ];

  async function whole(sequence: Sequence): Promise<object> {
    const version = await shelf.version(sequence.id, sequence.version);
    if (!version) throw new Error(`Version ${sequence.version} of the sequence ${sequence.id} is not stored`);
    return sequenceObject(sequence, version.definition);
  }
}

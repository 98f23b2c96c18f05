import { createHash } from "node:crypto";
import type { StoredEntity } from "../../contracts/dump.js";
import type { JsonObject } from "../../contracts/model.js";
import { idOf, type EntityDocument } from "./documents.js";

/** The id is made of the name, so that writing an entity twice leaves one. */
export function entityDocument({ keys, data, ...entity }: Omit<StoredEntity, "addressHashes">): EntityDocument {
  const { organization, source, key } = entity;
  return {
    _id: createHash("sha256")
      .update(idOf(organization, source, key))
      .digest("base64url"),
    ...entity,
    data: JSON.stringify(data),
    names: keys.map((name) => name.key),
    revision: 0,
    replaced: keys.filter(({ replaced }) => replaced).map((name) => name.key),
  };
}

export function entityRecord({
  _id,
  names,
  replaced,
  data,
  revision: _writes,
  isUntold: _nobodys,
  ...entity
}: EntityDocument): Omit<StoredEntity, "addressHashes"> {
  const keys = [...names].sort().map((key) => ({ key, replaced: replaced.includes(key) }));
  return { ...entity, data: JSON.parse(data) as JsonObject, keys };
}

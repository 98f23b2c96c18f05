import type { Request } from "@hapi/hapi";
import { Refusal } from "../contracts/errors.js";
import { isUuid } from "./schemas.js";

/** `value`, or the 404 of a missing `kind`. */
export function found<T>(value: T | undefined, kind: string): T {
  if (value === undefined) throw new Refusal("NOT_FOUND", `There is no such ${kind}`);
  return value;
}

/** The `{id}` of the path that may also be a key; a UUID is in lower case. */
export function idOrKeyOf({ params }: Request): string {
  const id = params["id"] as string;
  return isUuid(id) ? id.toLowerCase() : id;
}

/** The `{id}` of the path in lower case; what is no UUID names nothing. */
export function idOf({ params }: Request, kind: string): string {
  const id: unknown = params["id"];
  return found(isUuid(id) ? id.toLowerCase() : undefined, kind);
}

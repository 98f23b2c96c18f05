import type { Ids } from "../contracts/clock.js";

const VISIBLE = /^[\x21-\x7e]{1,128}$/;

/** The request's own id when it is 1 to 128 visible ASCII characters, else a new one. */
export function requestId(given: string | string[] | undefined, ids: Ids): string {
  return typeof given === "string" && VISIBLE.test(given) ? given : ids.next();
}

import type { PlatformHttp } from "../core/contracts/connector.js";
import { Gone } from "../core/contracts/errors.js";
import type { Json } from "../core/contracts/model.js";

/** What the platform answers; `null` when it does not have that (any more). For what an event can do without. */
export async function ifThere(http: PlatformHttp, path: string): Promise<Json> {
  try {
    return await http.get(path);
  } catch (failure) {
    if (failure instanceof Gone) return null;
    throw failure;
  }
}

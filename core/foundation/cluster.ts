import type { ClusterConfig } from "../config/server-config.js";
import type { Log } from "../contracts/log.js";
import type { Foundation } from "./foundation.js";

/** One of several processes over a MongoDB replica set. */
export function clusterFoundation(_config: ClusterConfig, _log: Log): Promise<Foundation> {
  return Promise.reject(new Error("not yet"));
}

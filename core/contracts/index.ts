export type * from "./connector.js";
export { Gone, Malformed, MappingFailed, PlatformAway, PlatformRefused, Unauthorized } from "./errors.js";
export { parseDuration } from "./duration.js";
export { parseJson } from "./lossless-json.js";
export type { Duration, Instant, Json, JsonObject } from "./model.js";
export { definePlugin } from "./plugin.js";
export type * from "./plugin.js";

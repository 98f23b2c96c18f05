import type { RouteOptionsPayload } from "@hapi/hapi";

/** The options of a route that reads its body itself, from the bytes as they came. `maxBytes` beyond it: 413. */
export function rawBody(maxBytes: number): RouteOptionsPayload {
  // The type is checked by whoever reads the bytes; slow bodies are ended by the listener.
  return { parse: false, output: "data", maxBytes, override: "application/octet-stream", timeout: false };
}

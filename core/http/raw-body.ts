import type { RouteOptionsPayload } from "@hapi/hapi";

/** Its type is checked by whoever reads the bytes; slow bodies are ended by the listener. */
const asItCame = { parse: false, override: "application/octet-stream", timeout: false } as const;

/** The options of a route that looks at its body as bytes, if at all. `maxBytes` beyond it: 413, and the connection may end before. */
export function rawBody(maxBytes: number): RouteOptionsPayload {
  return { ...asItCame, output: "data", maxBytes };
}

/** The options of a route that reads its body by `limitedBody`: hapi would end the connection where it is too long, and with it the answer. */
export const unreadBody: RouteOptionsPayload = {
  ...asItCame,
  output: "stream",
  maxBytes: Number.MAX_SAFE_INTEGER,
};

import type { Readable } from "node:stream";
import type { Request, RouteOptionsPayload } from "@hapi/hapi";
import { drained } from "./drained.js";
import { HttpRefusal } from "./http-refusal.js";
import { rawBody } from "./raw-body.js";

/** The options of a route that reads its body by `wholeBody`. One that says that it is larger than `maxBytes` fails before: 413. */
export function streamedBody(maxBytes: number): RouteOptionsPayload {
  return { ...rawBody(maxBytes), output: "stream" };
}

/**
 * The bytes of a body; `undefined` when there are more than `maxBytes`, all of which have passed by then: hapi's own reading hangs up on
 * a client that did not say how much it sends, before there is an answer. Throws a 400 when the body breaks off.
 */
export async function wholeBody({ payload, raw }: Request, maxBytes: number): Promise<Buffer | undefined> {
  if (!isStream(payload)) return Buffer.alloc(0);
  const bytes = await collected(payload, maxBytes);
  if (!bytes) await drained(raw.req);
  return bytes;
}

function collected(stream: Readable, maxBytes: number): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let length = 0;
    const take = (part: Buffer): void => {
      length += part.length;
      if (length <= maxBytes) return void parts.push(part);
      stream.off("data", take);
      resolve(undefined);
    };
    const brokenOff = (): void => reject(brokenBody());
    stream.on("data", take);
    stream.once("end", () => resolve(parts.length === 1 ? parts[0] : Buffer.concat(parts)));
    stream.once("error", brokenOff);
    stream.once("close", brokenOff);
  });
}

function isStream(payload: unknown): payload is Readable {
  return typeof payload === "object" && payload !== null && "once" in payload;
}

function brokenBody(): HttpRefusal {
  const fields = [{ path: "request", message: "broke off before the body was whole" }];
  return new HttpRefusal(400, "VALIDATION_ERROR", "The request is not valid", { details: { fields } });
}

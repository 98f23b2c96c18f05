import type { IncomingMessage } from "node:http";
import { finished } from "node:stream/promises";
import { drained } from "./drained.js";
import { HttpRefusal } from "./http-refusal.js";

/**
 * The bytes of a request's body; `undefined` when there are more than `most`. It is read to its end all the same: hapi would end the
 * connection there, and with it the answer. The listener ends slow ones.
 */
export async function limitedBody(request: IncomingMessage, most: number): Promise<Buffer | undefined> {
  if (Number(request.headers["content-length"]) > most) {
    await drained(request);
    return undefined;
  }
  const parts: Buffer[] = [];
  let size = 0;
  request.on("data", (part: Buffer) => {
    size += part.length;
    if (size <= most) parts.push(part);
  });
  try {
    // Not by an iterator, which costs more than all else that is done with a small body.
    await finished(request, { writable: false });
  } catch {
    throw new HttpRefusal(400, "VALIDATION_ERROR", "The body did not arrive whole");
  }
  return size <= most ? Buffer.concat(parts) : undefined;
}

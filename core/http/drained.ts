import type { IncomingMessage } from "node:http";
import { finished } from "node:stream/promises";

/**
 * Resolves when the body of a request that is refused unread has passed: a client that is still sending may otherwise lose the answer
 * with the connection. The listener ends slow ones. A client that waits for `100 Continue` sends nothing.
 */
export async function drained(request: IncomingMessage): Promise<void> {
  if (request.complete || request.headers.expect !== undefined) return;
  request.resume();
  await finished(request, { writable: false }).catch(() => undefined);
}

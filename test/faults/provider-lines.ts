import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { until } from "./pulse.js";
import type { ProviderRun } from "./provider-run.js";

const opensWithin = 30_000;

/** Ways to a provider on which nothing can be sent. */
export const lines = ["tls-failure", "dns-failure", "connection-refused"] as const;

/**
 * Has the program look for its provider where it cannot be reached; then stops it while it waits, and lets the next process go on with the
 * right one.
 */
export async function cutLine(run: ProviderRun, line: (typeof lines)[number], people: number): Promise<void> {
  const { provider } = run;
  await run.moveTo(await deadEnd(line, provider.url));
  const before = provider.journal().length;
  await run.call(line, people);
  const opened = await until(() => run.turns.opened > 0, opensWithin);
  run.expect(opened !== undefined, `${line}: the circuit did not open`);
  run.expect(run.turns.opened === 1, `${line}: the circuit opened ${run.turns.opened} times`);
  run.expect(provider.journal().length === before, `${line}: something was sent`);
  await run.moveTo(provider.url);
  await run.rest();
}

async function deadEnd(line: (typeof lines)[number], url: string): Promise<string> {
  switch (line) {
    case "tls-failure":
      // It speaks HTTP only.
      return url.replace("http:", "https:");
    case "dns-failure":
      return "http://provider.invalid";
    case "connection-refused":
      return `http://127.0.0.1:${await closedPort()}`;
  }
}

async function closedPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

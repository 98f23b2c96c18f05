import { Client } from "../client.js";
import type { Child } from "../child.js";
import type { Workspace } from "../workspace.js";

/** The running program with a client that may call it. */
export function furrow({ key }: Workspace, child: Child, name = "person"): { child: Child; client: Client } {
  const target = { url: child.url, path: "/api/v1/sequences/bench/execute", headers: { "x-api-key": key } };
  return { child, client: new Client(target, name) };
}

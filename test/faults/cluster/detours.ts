import { resolve } from "node:path";
import type { ReplicaSet } from "../../mongod/replica-set.js";
import type { ServerOptions } from "../server.js";
import { Proxy, type Cut } from "./proxy.js";

const detour = resolve("dist/test/faults/cluster/detour.js");

/** The way of one process to the database: a proxy before each member, which no other process uses. */
export class Detour {
  private constructor(
    private readonly proxies: readonly Proxy[],
    /** What a server is started with, so that it goes this way. */
    readonly options: ServerOptions,
  ) {}

  static async open(set: ReplicaSet): Promise<Detour> {
    const proxies = await Promise.all(set.members.map(({ port }) => Proxy.start(port)));
    const ports = set.members.map(({ port }, number) => [port, proxies[number]?.port]);
    return new Detour(proxies, { imports: [detour], env: { DETOUR: JSON.stringify(Object.fromEntries(ports)) } });
  }

  /** What becomes of the next commands to each member. */
  order(cuts: readonly Cut[]): void {
    for (const proxy of this.proxies) proxy.order(cuts);
  }

  /** The database does not answer, as behind a wall that drops everything, until `false` is said. */
  hush(isSilent: boolean): void {
    for (const proxy of this.proxies) proxy.hush(isSilent);
  }

  get cuts(): number {
    return this.proxies.reduce((sum, { cuts }) => sum + cuts, 0);
  }

  async close(): Promise<void> {
    await Promise.all(this.proxies.map((proxy) => proxy.close()));
  }
}

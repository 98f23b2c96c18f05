import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Role } from "../../../core/foundation/foundation.js";
import { ReplicaSet } from "../../mongod/replica-set.js";
import { startProvider, type Provider } from "../provider.js";
import type { ServerOptions } from "../server.js";
import { makeKey } from "../workspace.js";
import { Books } from "./books.js";
import { Detour } from "./detours.js";
import { ClusterNode } from "./node.js";
import { makeClusterWorkspace, type ClusterWorkspace } from "./workspace.js";

export interface SitePlan {
  /** Members of the replica set. */
  members: number;
  /** Seconds. */
  lease: number;
}

/** What a node is. */
export interface NodePlan {
  name: string;
  role: Role;
}

/** A replica set, a provider and a project, and the nodes that were put up on it. */
export class Site {
  readonly nodes: ClusterNode[] = [];
  readonly detours = new Map<string, Detour>();

  private constructor(
    private readonly folder: string,
    readonly set: ReplicaSet,
    readonly database: string,
    readonly provider: Provider,
    readonly workspace: ClusterWorkspace,
    readonly books: Books,
  ) {}

  static async open({ members, lease }: SitePlan): Promise<Site> {
    const folder = await mkdtemp(join(tmpdir(), "furrow-site-"));
    const set = await ReplicaSet.start(members);
    const provider = await startProvider(join(folder, "journal"));
    const database = set.url.replace("/?", "/furrow?");
    const workspace = await makeClusterWorkspace({ provider: provider.url, mongodb: database, lease });
    return new Site(folder, set, database, provider, workspace, new Books(database));
  }

  /** Runs `play` on a site that is cleared afterwards. */
  static async with<T>(plan: SitePlan, play: (site: Site) => Promise<T>): Promise<T> {
    const site = await Site.open(plan);
    try {
      return await play(site);
    } finally {
      await site.clear();
    }
  }

  /** A key for callers. */
  async key(): Promise<string> {
    return makeKey((await this.workspace.config("keys")).file);
  }

  /** Starts a node and waits until it is ready. */
  async put({ name, role }: NodePlan, options: ServerOptions = {}): Promise<ClusterNode> {
    const node = ClusterNode.make({ name, role }, await this.workspace.config(name), options);
    this.nodes.push(node);
    await node.ready();
    return node;
  }

  /** As `put`, for a node that reaches the database by proxies of its own. */
  async putApart(plan: NodePlan): Promise<ClusterNode> {
    const detour = await Detour.open(this.set);
    this.detours.set(plan.name, detour);
    return this.put(plan, detour.options);
  }

  node(name: string): ClusterNode {
    const node = this.nodes.find((one) => one.name === name);
    if (!node) throw new Error(`There is no node ${name}`);
    return node;
  }

  async clear(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.end()));
    await this.books.close();
    await Promise.all([...this.detours.values()].map((detour) => detour.close()));
    await this.provider.stop();
    await this.set.stop();
    await this.workspace.remove();
    await rm(this.folder, { recursive: true });
  }
}

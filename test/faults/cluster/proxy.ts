import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";

/** Where a connection breaks: before a command reaches the database, in its middle, or after it and before its answer. */
export type Cut = "unsent" | "half" | "unanswered";

/** Passes TCP connections on to one port of loopback, until it is told to cut some of them. Both ends then see a reset. */
export class Proxy {
  /** How many connections it has cut. */
  cuts = 0;
  private readonly links = new Set<Link>();
  private readonly orders: Cut[] = [];
  private hushed = false;

  private constructor(
    private readonly server: Server,
    private readonly target: number,
  ) {
    server.on("connection", (client) => this.link(client));
  }

  static async start(target: number): Promise<Proxy> {
    const server = createServer({ noDelay: true }).listen(0, "127.0.0.1");
    await once(server, "listening");
    return new Proxy(server, target);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** What becomes of the next commands, whichever connections they come on; what was ordered before and did not come to pass is forgotten. */
  order(cuts: readonly Cut[]): void {
    this.orders.splice(0, Infinity, ...cuts);
  }

  /** From now on nothing passes, and nobody is told; `false`: what was kept is lost with its connections, and new ones pass. */
  hush(isSilent: boolean): void {
    this.hushed = isSilent;
    if (!isSilent) for (const link of this.links) this.cut(link);
  }

  async close(): Promise<void> {
    this.server.close();
    for (const link of this.links) reset(link);
    await once(this.server, "close");
  }

  private link(client: Socket): void {
    const link: Link = {
      client,
      member: connect({ port: this.target, host: "127.0.0.1", noDelay: true }),
      doomed: false,
    };
    this.links.add(link);
    for (const socket of [link.client, link.member]) {
      socket.on("error", () => undefined);
      socket.once("close", () => {
        this.links.delete(link);
        reset(link);
      });
    }
    link.client.on("data", (chunk: Buffer) => this.command(link, chunk));
    link.member.on("data", (chunk: Buffer) => this.answer(link, chunk));
  }

  private command(link: Link, chunk: Buffer): void {
    if (this.hushed) return;
    switch (this.orders.shift()) {
      case undefined:
        return pass(chunk, link.client, link.member);
      case "unsent":
        return this.cut(link);
      case "half":
        link.member.write(chunk.subarray(0, Math.ceil(chunk.length / 2)), () => this.cut(link));
        return;
      case "unanswered":
        link.doomed = true;
        return pass(chunk, link.client, link.member);
    }
  }

  private answer(link: Link, chunk: Buffer): void {
    if (this.hushed) return;
    if (link.doomed) return this.cut(link);
    pass(chunk, link.member, link.client);
  }

  private cut(link: Link): void {
    this.cuts++;
    reset(link);
  }
}

interface Link {
  client: Socket;
  member: Socket;
  /** The next answer does not arrive. */
  doomed: boolean;
}

function pass(chunk: Buffer, from: Socket, to: Socket): void {
  if (to.write(chunk)) return;
  from.pause();
  to.once("drain", () => from.resume());
}

function reset({ client, member }: Link): void {
  for (const socket of [client, member]) {
    // One that is being shut down cannot be reset: Node would keep it for ever.
    if (socket.writableEnded) socket.destroy();
    else socket.resetAndDestroy();
  }
}

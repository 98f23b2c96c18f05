import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Random } from "../random.js";

/** Whose id begins so is not known to the platform any more. */
export const goneCustomer = "gone-";

/** A person is asked for so often at most without an answer that helps. */
const mostMoods = 2;

type Mood = "429" | "500" | "hang";

/** Square's API on loopback. It is asked for customers, places and bookings, and does not always answer. */
export class Platform {
  /** Those that it is asked for, by their ids. */
  readonly bookings = new Map<string, object>();
  /** What came of all that it was asked for. */
  readonly answers = { answered: 0, gone: 0, "429": 0, "500": 0, hang: 0 };
  private readonly had = new Map<string, number>();
  private readonly server = createServer((request, response) => this.answer(request.url ?? "", response));

  private constructor(private readonly random: Random) {}

  static async start(seed: number): Promise<Platform> {
    const platform = new Platform(new Random(seed));
    platform.server.listen(0, "127.0.0.1");
    await once(platform.server, "listening");
    return platform;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private answer(path: string, response: ServerResponse): void {
    const [, kind = "", id = ""] = /^\/v2\/(\w+)\/([^?]+)/.exec(path) ?? [];
    const mood = this.mood(path);
    this.answers[mood ?? (id.startsWith(goneCustomer) ? "gone" : "answered")]++;
    switch (mood) {
      case "hang":
        return;
      case "429":
        response.writeHead(429, { "retry-after": "1" }).end();
        return;
      case "500":
        response.writeHead(500).end();
        return;
      case undefined:
        if (id.startsWith(goneCustomer)) response.writeHead(404).end();
        else response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(this.found(kind, id)));
    }
  }

  private mood(path: string): Mood | undefined {
    const had = this.had.get(path) ?? 0;
    if (had >= mostMoods || this.random.next() > 0.25) return undefined;
    this.had.set(path, had + 1);
    const chance = this.random.next();
    return chance < 0.15 ? "hang" : chance < 0.6 ? "429" : "500";
  }

  private found(kind: string, id: string): object {
    switch (kind) {
      case "customers":
        return { customer: { id, given_name: "Noa", email_address: `booking-${id.slice(1)}@faults.example` } };
      case "locations":
        return { location: { id, timezone: "America/Los_Angeles", language_code: "en-US" } };
      default:
        return { booking: this.bookings.get(id) };
    }
  }
}

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { connectorTypes } from "../../connectors/connectors.js";
import { readServerFile } from "../../core/cli/server-file.js";
import { serving, until } from "../core/cli/serving.js";
import { temporaryFolder } from "../core/cli/fake-shell.js";
import { recorded } from "../connectors/delivered.js";

/** A source of the test: the options beside `connector` and `secrets`, as YAML. */
export interface Shop {
  use: "orders" | "bookings" | "rest";
  connector: string;
  /** Indented by two. */
  options: string;
}

interface Listed {
  data: Record<string, unknown>[];
}

const secret = "whsec_ZnVycm93LXRlc3Qtc2VjcmV0LW9mLTMyLWJ5dGVzIQ==";

/** The real program over sources and sequences, and what a platform and a person see of it. */
export class Installation {
  private constructor(
    private readonly url: string,
    private readonly token: string,
    private readonly shops: Readonly<Record<string, Shop>>,
  ) {}

  /** `sequences`: the file's text below `name:` by key. */
  static async start(
    t: Parameters<typeof temporaryFolder>[0] & { teardown(end: () => void): void },
    shops: Readonly<Record<string, Shop>>,
    sequences: Readonly<Record<string, string>>,
  ): Promise<Installation> {
    const cwd = temporaryFolder(t);
    for (const folder of ["sequences", "sources"]) mkdirSync(join(cwd, "project", folder), { recursive: true });
    for (const [key, text] of Object.entries(sequences)) {
      writeFileSync(join(cwd, "project", "sequences", `${key}.yaml`), `name: ${key}\n${text}`);
    }
    for (const [name, { use, connector, options }] of Object.entries(shops)) {
      const text = `use: ${use}\noptions:\n  connector: ${connector}\n  secrets: ["${secret}"]\n  maxAge: 36500d\n  testMode: true\n${options}`;
      writeFileSync(join(cwd, "project", "sources", `${name}.yaml`), text);
    }
    writeFileSync(
      join(cwd, "furrow.yaml"),
      'http: { listen: "127.0.0.1:0" }\nsqlite: { file: ./furrow.db }\nproject: ./project\n',
    );
    const server = await serving(t, cwd);
    const entry = readServerFile(join(cwd, "furrow.db"));
    if (!entry) throw new Error(`The server did not start:\n${server.err()}`);
    return new Installation(entry.url, entry.token, shops);
  }

  /** Posts a recorded delivery as the platform would now, its body changed by `edit`; answers the status. */
  async deliver(name: string, file: string, edit: (text: string) => string = (text) => text): Promise<number> {
    const { request } = recorded(file);
    return this.post(name, edit(Buffer.from(request.body).toString()), request.headers, request.method);
  }

  async post(
    name: string,
    text: string,
    given: Readonly<Record<string, string>> = {},
    method = "POST",
  ): Promise<number> {
    const shop = this.shops[name];
    const type = shop && connectorTypes.get(shop.connector);
    if (!type) throw new Error(`There is no source ${name}`);
    const door = `${this.url}/webhooks/${name}`;
    const options = {
      auth: "token",
      api: {
        baseUrl: this.url,
        accessToken: "t",
        storeHash: "a",
        userId: "1",
        apiKey: "k",
        consumerKey: "k",
        consumerSecret: "s",
      },
    };
    const connector = type.connect({ secrets: [secret], url: door, options });
    const body = new TextEncoder().encode(text);
    const signed = given["x-unsigned"] === undefined ? lower(connector.sign(body, given, Date.now())) : {};
    const headers = { ...given, ...signed };
    const answer = await fetch(door, { method, headers, body });
    await answer.arrayBuffer();
    return answer.status;
  }

  /** Address and subject of every message so far, oldest first. */
  async messages(): Promise<string[]> {
    const { data } = await this.get("/outbox?limit=100");
    return data.map(({ to, subject }) => `${String(to)}: ${String(subject)}`).reverse();
  }

  /** Waits until nothing of the sources is left to be worked on, then answers the events, oldest first, as `status reason`. */
  async events(source: string, count: number): Promise<string[]> {
    const { data } = await until(
      () => this.get(`/events?source=${source}&limit=100`),
      (list) => list.data.length >= count && list.data.every(({ status }) => status !== "received"),
    );
    return data.map(({ status, reason }) => [status, reason].filter(Boolean).join(" ")).reverse();
  }

  /** The status of every sending, oldest first. */
  async sendings(): Promise<string[]> {
    const { data } = await this.get("/sendings?limit=100");
    return data.map(({ status, reason }) => [status, reason].filter(Boolean).join(" ")).reverse();
  }

  /** When the sendings that wait go on. */
  async dueTimes(): Promise<unknown[]> {
    const { data } = await this.get("/sendings?limit=100");
    return data.map(({ dueAt }) => dueAt).reverse();
  }

  /** Waits until there are so many messages; answers them. */
  async untilMessages(count: number): Promise<string[]> {
    return until(
      () => this.messages(),
      (messages) => messages.length >= count,
    );
  }

  /** Waits until a sending goes on at that time. */
  async untilDue(at: string): Promise<Record<string, unknown>> {
    const { data } = await until(
      () => this.get("/sendings?limit=100"),
      (list) => list.data.some(({ dueAt }) => dueAt === at),
    );
    return data.find(({ dueAt }) => dueAt === at) ?? {};
  }

  /** Every event of a source with its headers and body, oldest first. */
  async wholeEvents(source: string): Promise<Record<string, unknown>[]> {
    const { data } = await this.get(`/events?source=${source}&limit=100`);
    const all = await Promise.all(
      data.map(async ({ id }) => (await this.ask(`/events/${String(id)}`)) as { data: Listed["data"][0] }),
    );
    return all.map((one) => one.data).reverse();
  }

  /** Why requests were refused, newest first. */
  async refused(source: string): Promise<unknown[]> {
    return (await this.get(`/sources/${source}/refused`)).data.map(({ reason }) => reason);
  }

  async replay(id: string, dryRun: boolean): Promise<unknown> {
    return ((await this.ask(`/events/${id}/replay`, { dryRun })) as { data: unknown }).data;
  }

  /** As a platform looks whether we are there. */
  async head(source: string): Promise<number> {
    return (await fetch(`${this.url}/webhooks/${source}`, { method: "HEAD" })).status;
  }

  private async get(path: string): Promise<Listed> {
    return (await this.ask(path)) as Listed;
  }

  private async ask(path: string, body?: object): Promise<unknown> {
    const headers = { authorization: `Bearer ${this.token}`, "content-type": "application/json" };
    const call = body ? { method: "POST", headers, body: JSON.stringify(body) } : { headers };
    return (await fetch(`${this.url}/api/v1${path}`, call)).json();
  }
}

function lower(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

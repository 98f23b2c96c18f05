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
  /** Default: any. What was recorded lies in the past. */
  maxAge?: string;
  /** Default `true`. */
  testMode?: boolean;
}

interface Listed {
  data: Record<string, unknown>[];
  meta: { total: number };
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
    for (const [name, { use, connector, options, maxAge = "36500d", testMode = true }] of Object.entries(shops)) {
      const text = `use: ${use}\noptions:\n  connector: ${connector}\n  secrets: ["${secret}"]\n  maxAge: ${maxAge}\n  testMode: ${testMode}\n${options}`;
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

  /** Posts what a platform says; answers the status. */
  async say(name: string, { text, headers = {} }: { text: string; headers?: Record<string, string> }): Promise<number> {
    return this.post(name, text, { "content-type": "application/json", ...headers });
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

  /** The subjects of the messages to an address, oldest first. */
  async subjectsTo(email: string): Promise<unknown[]> {
    const { data } = await this.get(`/outbox?limit=100&to=${encodeURIComponent(email)}`);
    return data.map(({ subject }) => subject).reverse();
  }

  /** The sendings to an address, oldest first: `status reason`, and when those that wait go on. */
  async sendingsTo(email: string): Promise<{ said: string; dueAt: unknown }[]> {
    const { data: contacts } = await this.get(`/contacts?email=${encodeURIComponent(email)}`);
    const [contact] = contacts;
    if (!contact) return [];
    const { data } = await this.get(`/sendings?limit=100&contact=${String(contact["id"])}`);
    return data
      .map(({ status, reason, dueAt }) => ({ said: [status, reason].filter(Boolean).join(" "), dueAt }))
      .reverse();
  }

  async eventCount(source: string): Promise<number> {
    return (await this.get(`/events?source=${source}&limit=1`)).meta.total;
  }

  /** What became of the newest events of a source, oldest first, as `status reason`. */
  async last(source: string, count: number): Promise<string[]> {
    const { data } = await this.get(`/events?source=${source}&limit=${count}`);
    return data.map(({ status, reason }) => [status, reason].filter(Boolean).join(" ")).reverse();
  }

  /** Waits until nothing is to be done now: no event waits, and every sending is at an end or waits for a time ahead. */
  async rest(): Promise<void> {
    const due = ({ dueAt }: Record<string, unknown>) => typeof dueAt === "string" && Date.parse(dueAt) <= Date.now();
    await until(
      async () => {
        const lists = await Promise.all([
          this.get("/events?status=received&limit=1"),
          this.get("/sendings?status=pending&limit=1"),
          ...["scheduled", "sent"].map(async (status) => {
            const { data } = await this.get(`/sendings?status=${status}&limit=100`);
            return { data: data.filter(due) };
          }),
        ]);
        return lists.every(({ data }) => data.length === 0);
      },
      (resting) => resting,
    );
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

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { connectorTypes } from "../../connectors/connectors.js";
import { readServerFile } from "../../core/cli/server-file.js";
import { serving } from "../core/cli/serving.js";
import { temporaryFolder } from "../core/cli/fake-shell.js";
import { recorded } from "../connectors/delivered.js";
import { Seen } from "./seen.js";
import type { Delivery } from "./telling.js";

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

/** Of every source. */
export const secret = "whsec_ZnVycm93LXRlc3Qtc2VjcmV0LW9mLTMyLWJ5dGVzIQ==";

/** The real program over sources and sequences, as platforms and a person have it before them. */
export class Installation extends Seen {
  private constructor(
    private readonly url: string,
    token: string,
    private readonly shops: Readonly<Record<string, Shop>>,
  ) {
    super(url, token);
  }

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
  async say(name: string, { text, headers = {}, given }: Delivery): Promise<number> {
    given?.();
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

  /** As a platform looks whether we are there. */
  async head(source: string): Promise<number> {
    return (await fetch(`${this.url}/webhooks/${source}`, { method: "HEAD" })).status;
  }
}

function lower(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

import { strict as assert } from "node:assert";
import type { Json, JsonObject } from "../model.js";
import { until } from "./jobs-parts.js";
import { withSubject, type Subject, type Test } from "./suite.js";

/** A request to a server, without a socket or by one. */
export interface Asked {
  method: string;
  /** With the query, as `/api/v1/outbox?to=ada@example.com`. */
  path: string;
  headers?: Readonly<Record<string, string>>;
  /** Of what content the headers say. */
  text?: string;
}

export interface Answered {
  status: number;
  headers: Readonly<Record<string, string | undefined>>;
  text: string;
}

/** A server that works and listens, as it runs for {@link pipelineProject}. */
export interface RunningServer {
  /** `key`: opens the whole API of its organization. */
  readonly key: string;
  ask(asked: Asked): Promise<Answered>;
  /** As on SIGTERM. */
  stop(): Promise<void>;
}

/** Servers over one store, which is empty at first. */
export interface Servers {
  start(): Promise<RunningServer>;
}

/** Registers one test over fresh servers, of which `first` runs. */
export type Check = (name: string, body: (first: Caller, servers: Servers) => Promise<void>) => void;

export function checksOf(test: Test, make: () => Promise<Subject<Servers>>): Check {
  return (name, body) =>
    void test(name, () => withSubject(make, async (servers) => body(caller(await servers.start()), servers)));
}

export interface Message {
  at: string;
  sendingId: string;
  to: string;
  subject: string;
  headers: Readonly<Record<string, string>>;
}

export interface Started {
  executionId: string;
  sendingsCreated: number;
  results: { email: string; status: string; sendingId?: string }[];
}

/** Short ways to do things with a server. */
export interface Caller {
  readonly server: RunningServer;
  /** A call of the API; `body` is sent as JSON. The answer's `data`, or its error. */
  api(method: string, path: string, body?: Json, headers?: Readonly<Record<string, string>>): Promise<ApiAnswer>;
  /** Starts a sequence, which must be accepted. */
  execute(sequence: string, emails: readonly string[], key?: string): Promise<Started>;
  /** What was captured for an address, oldest first. */
  mails(to: string): Promise<Message[]>;
  /** Waits until so many messages were captured for the address, and looks that there are not more. */
  mailed(to: string, count: number): Promise<Message[]>;
  /** What the API says of a sending, or of an execution. */
  status(kind: "sendings" | "executions", id: string): Promise<string>;
  /** Lets a lead in, as the platform of the source `leads` does; answers the status. */
  lead(lead: JsonObject, secret?: string): Promise<number>;
}

export interface ApiAnswer {
  status: number;
  text: string;
  headers: Answered["headers"];
  // What a suite says of an answer it asserts; it needs no types for that.
  data: JsonObject;
}

export function caller(server: RunningServer): Caller {
  const api: Caller["api"] = async (method, path, body, headers = {}) => {
    const asked = { method, path: `/api/v1${path}`, headers: { "x-api-key": server.key, ...headers } };
    const {
      status,
      text,
      headers: answered,
    } = await server.ask(
      body === undefined
        ? asked
        : { ...asked, headers: { ...asked.headers, "content-type": "application/json" }, text: JSON.stringify(body) },
    );
    const { data = {} } = (text === "" ? {} : JSON.parse(text)) as { data?: JsonObject };
    return { status, text, headers: answered, data };
  };

  async function mails(to: string): Promise<Message[]> {
    const { status, data } = await api("GET", `/outbox?limit=100&to=${encodeURIComponent(to)}`);
    assert.equal(status, 200);
    return (data as unknown as Message[]).toReversed();
  }

  return {
    server,
    api,
    mails,
    async execute(sequence, emails, key) {
      const body = { contacts: emails.map((email) => ({ email })) };
      const headers = key === undefined ? {} : { "idempotency-key": key };
      const { status, data, text } = await api("POST", `/sequences/${sequence}/execute`, body, headers);
      assert.equal(status, 200, text);
      return data as unknown as Started;
    },
    async mailed(to, count) {
      await until(async () => (await mails(to)).length >= count, 20_000);
      const found = await mails(to);
      assert.equal(found.length, count, `${to} got ${found.length} messages`);
      return found;
    },
    async status(kind, id) {
      const { status } = (await api("GET", `/${kind}/${id}`)).data as { status: string };
      return status;
    },
    async lead(lead, secret = leadsSecret) {
      const headers = { "content-type": "application/json", authorization: `Bearer ${secret}` };
      const asked = { method: "POST", path: "/webhooks/leads", headers, text: JSON.stringify(lead) };
      return (await server.ask(asked)).status;
    },
  };
}

const leadsSecret = "the-secret-of-the-leads";

/** How long `follow` waits between its two messages, in milliseconds. */
export const followsAfter = 1_000;

/** The files of the project that the servers run, by their path. */
export const pipelineProject: Readonly<Record<string, string>> = {
  "sequences/hello.yaml": `name: Hello
purpose: transactional
steps:
  - { id: hello, email: { subject: "Hello {{ contact.email }}", text: "Hello" } }
`,
  "sequences/follow.yaml": `name: Follow
purpose: transactional
steps:
  - { id: first, email: { subject: "First", text: "First" } }
  - { id: pause, wait: 1s }
  - { id: second, email: { subject: "Second", text: "Second" } }
`,
  "sequences/later.yaml": `name: Later
purpose: transactional
steps:
  - { id: pause, wait: 1h }
  - { id: late, email: { subject: "Late", text: "Late" } }
`,
  "sequences/letter.yaml": `name: Letter
purpose: marketing
steps:
  - { id: letter, email: { subject: "Letter", text: "News" } }
  - { id: pause, wait: 1h }
  - { id: more, email: { subject: "More", text: "News" } }
`,
  "sources/leads.yaml": `use: rest
options:
  connector: plain
  secrets: ["${leadsSecret}"]
  dedupe: event.id
  maxAge: 36500d
  on:
    - { event: "*", execute: hello, contact: { email: event.email } }
`,
};

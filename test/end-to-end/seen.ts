import { until } from "../core/cli/serving.js";

interface Listed {
  data: Record<string, unknown>[];
  meta: { total: number };
}

/** What a person sees of a server by its API. */
export class Seen {
  constructor(
    private readonly server: string,
    private readonly token: string,
  ) {}

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

  /** Waits until there are so many of them. */
  async untilSubjectsTo(email: string, count: number): Promise<unknown[]> {
    return until(
      () => this.subjectsTo(email),
      (subjects) => subjects.length >= count,
    );
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

  async source(name: string): Promise<unknown> {
    return ((await this.ask(`/sources/${name}`)) as { data: unknown }).data;
  }

  /** Waits until a source has brought so many events, and answers how many it has. */
  async untilEvents(source: string, count: number): Promise<number> {
    return until(
      () => this.eventCount(source),
      (found) => found >= count,
    );
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

  private async get(path: string): Promise<Listed> {
    return (await this.ask(path)) as Listed;
  }

  private async ask(path: string, body?: object): Promise<unknown> {
    const headers = { authorization: `Bearer ${this.token}`, "content-type": "application/json" };
    const call = body ? { method: "POST", headers, body: JSON.stringify(body) } : { headers };
    return (await fetch(`${this.server}/api/v1${path}`, call)).json();
  }
}

import { strict as assert } from "node:assert";
import { until } from "./jobs-parts.js";
import { caller, type Caller, type Check, type Servers } from "./pipeline-parts.js";

/** Servers beside each other over one store. */
export function togetherSuite(check: Check): void {
  check("what one server accepts the other one knows, and both carry out", async (first, servers) => {
    const second = await another(servers);
    const emails = Array.from({ length: 300 }, (_, n) => `person${n}@example.com`);
    const executions = [];
    for (let from = 0; from < emails.length; from += 10) {
      const call = from % 20 === 0 ? first : second;
      executions.push(await call.execute("hello", emails.slice(from, from + 10)));
    }
    for (const [index, { executionId }] of executions.entries()) {
      const call = index % 2 === 0 ? second : first;
      await until(async () => (await call.status("executions", executionId)) === "completed", 30_000);
    }
    assert.deepEqual((await everybody(second)).toSorted(), emails.toSorted());
  });

  check("calls with one key at both make one execution", async (first, servers) => {
    const second = await another(servers);
    const call = (at: Caller) =>
      at.api(
        "POST",
        "/sequences/hello/execute",
        { contacts: [{ email: "ada@example.com" }] },
        { "idempotency-key": "1" },
      );
    const answers = await Promise.all(Array.from({ length: 10 }, (_, n) => call(n % 2 === 0 ? first : second)));
    assert.deepEqual(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size, 1);
    await second.mailed("ada@example.com", 1);
  });

  check("one delivery at both starts its sequence once", async (first, servers) => {
    const second = await another(servers);
    const lead = { id: "1", email: "ada@example.com" };
    assert.deepEqual(
      await Promise.all([first, second, first, second].map((at) => at.lead(lead))),
      [200, 200, 200, 200],
    );
    await first.mailed("ada@example.com", 1);
    await until(async () => {
      const { data } = await second.api("GET", "/events?limit=100");
      const [event, ...more] = data as unknown as { status: string }[];
      return more.length === 0 && event?.status === "processed";
    });
    await second.mailed("ada@example.com", 1);
  });

  check("what waits at a server that stops goes on at the other", async (first, servers) => {
    const second = await another(servers);
    const emails = Array.from({ length: 20 }, (_, n) => `person${n}@example.com`);
    const executions = await Promise.all(emails.map((email) => first.execute("follow", [email])));
    await first.server.stop();
    for (const { executionId } of executions)
      await until(async () => (await second.status("executions", executionId)) === "completed", 30_000);
    assert.deepEqual((await everybody(second)).toSorted(), [...emails, ...emails].toSorted());
  });

  check("who opts out at one gets no marketing from the other", async (first, servers) => {
    const second = await another(servers);
    await first.execute("letter", ["ada@example.com"]);
    const [letter] = await second.mailed("ada@example.com", 1);
    const link = /<(https?:[^>]+)>/.exec(letter?.headers["List-Unsubscribe"] ?? "")?.[1] ?? "";
    const path = new URL(link).pathname;
    assert.equal((await second.server.ask({ method: "POST", path })).status, 200);
    const refused = await first.api("POST", "/sequences/letter/execute", { contacts: [{ email: "ada@example.com" }] });
    assert.equal(refused.status, 422);
  });
}

async function another(servers: Servers): Promise<Caller> {
  return caller(await servers.start());
}

/** The addressee of every message, page by page. */
async function everybody({ api }: Caller): Promise<string[]> {
  const found: string[] = [];
  for (let page = 1; ; page += 1) {
    const { data } = await api("GET", `/outbox?limit=100&page=${page}`);
    const messages = data as unknown as { to: string }[];
    found.push(...messages.map(({ to }) => to));
    if (messages.length < 100) return found;
  }
}

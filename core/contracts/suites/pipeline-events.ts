import { strict as assert } from "node:assert";
import { until } from "./jobs-parts.js";
import type { Caller, Check } from "./pipeline-parts.js";

interface Event {
  status: string;
  executionIds: string[];
}

/** From a webhook to the messages that come of it. */
export function eventsSuite(check: Check): void {
  check("a webhook starts its sequence once, however often it is delivered", async (first) => {
    const lead = { id: "1", email: "ada@example.com" };
    assert.equal(await first.lead(lead), 200);
    await first.mailed("ada@example.com", 1);
    assert.equal(await first.lead(lead), 200);
    assert.equal(await first.lead({ id: "2", email: "grace@example.com" }), 200);
    await first.mailed("grace@example.com", 1);
    await first.mailed("ada@example.com", 1);
    await until(async () => (await events(first)).every(({ status }) => status === "processed"));
    const kept = await events(first);
    assert.deepEqual(
      kept.map(({ executionIds }) => executionIds.length),
      [1, 1],
    );
  });

  check("a request that proves nothing is refused, and counted", async (first) => {
    assert.equal(await first.lead({ id: "1", email: "ada@example.com" }, "another-secret"), 401);
    await until(async () => (await counts(first))["refused"] === 1);
    assert.deepEqual(await events(first), []);
    await first.mailed("ada@example.com", 0);
  });

  check("a paused source keeps what comes, and works on it when it is resumed", async (first) => {
    assert.equal((await first.api("PUT", "/sources/leads/pause")).status, 200);
    assert.equal(await first.lead({ id: "1", email: "ada@example.com" }), 200);
    await first.execute("hello", ["grace@example.com"]);
    await first.mailed("grace@example.com", 1);
    assert.deepEqual(
      (await events(first)).map(({ status }) => status),
      ["received"],
    );
    await first.mailed("ada@example.com", 0);
    assert.equal((await first.api("PUT", "/sources/leads/resume")).status, 200);
    await first.mailed("ada@example.com", 1);
  });

  check("an event that names nobody is ignored, and says why", async (first) => {
    assert.equal(await first.lead({ id: "1" }), 200);
    await until(async () => (await events(first))[0]?.status !== "received");
    const { data } = await first.api("GET", "/events");
    const [event] = data as unknown as { status: string; reason: string }[];
    assert.ok(event?.status === "dead" || event?.status === "ignored", event?.status);
    assert.ok(event.reason);
  });
}

async function events({ api }: Caller): Promise<Event[]> {
  return (await api("GET", "/events?limit=100")).data as unknown as Event[];
}

async function counts({ api }: Caller): Promise<Record<string, number>> {
  return (await api("GET", "/sources/leads")).data["counts"] as Record<string, number>;
}

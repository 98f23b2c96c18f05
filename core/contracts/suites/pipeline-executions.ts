import { strict as assert } from "node:assert";
import { until } from "./jobs-parts.js";
import { caller, followsAfter, type Check } from "./pipeline-parts.js";

/** From a call to the messages that come of it. */
export function executionsSuite(check: Check): void {
  check(
    "a call makes contacts, an execution, sendings and one message each",
    async ({ execute, mailed, api, status }) => {
      const emails = ["ada@example.com", "grace@example.com", "Ada@Example.com", "nobody"];
      const { executionId, sendingsCreated, results } = await execute("hello", emails);
      assert.deepEqual(
        results.map((result) => result.status),
        ["queued", "queued", "duplicate", "invalid"],
      );
      assert.equal(sendingsCreated, 2);
      for (const email of ["ada@example.com", "grace@example.com"]) {
        const [message] = await mailed(email, 1);
        assert.equal(message?.subject, `Hello ${email}`);
        assert.equal((await api("GET", `/contacts?email=${email}`)).data["length"], 1);
      }
      await until(async () => (await status("executions", executionId)) === "completed");
      const sending = await api("GET", `/sendings/${results[0]?.sendingId}`);
      const timeline = sending.data["timeline"] as { kind: string; outcome: string | null }[];
      const told = timeline.map(({ kind, outcome }) => (outcome === null ? kind : `${kind} ${outcome}`));
      assert.deepEqual(told, ["created", "claimed", "calling", "settled accepted", "completed"]);
    },
  );

  check("a hundred people of one call get one message each", async ({ execute, api, status }) => {
    const emails = Array.from({ length: 100 }, (_, n) => `person${n}@example.com`);
    const { executionId } = await execute("hello", emails);
    await until(async () => (await status("executions", executionId)) === "completed", 30_000);
    const { data } = await api("GET", "/outbox?limit=100");
    const got = (data as unknown as { to: string }[]).map(({ to }) => to);
    assert.deepEqual(got.toSorted(), emails.toSorted());
  });

  check("the same key again is answered with the same bytes and mails nobody again", async ({ api, mailed }) => {
    const call = (email: string) =>
      api("POST", "/sequences/hello/execute", { contacts: [{ email }] }, { "idempotency-key": "order-1001" });
    const first = await call("ada@example.com");
    await mailed("ada@example.com", 1);
    const again = await call("ada@example.com");
    assert.equal(again.text, first.text);
    assert.equal(again.headers["idempotent-replayed"], "true");
    assert.equal((await call("grace@example.com")).status, 422, "the key belongs to another call");
    await mailed("ada@example.com", 1);
    await mailed("grace@example.com", 0);
  });

  check("ten calls at once with one key make one execution", async ({ api, mailed }) => {
    const body = { contacts: [{ email: "ada@example.com" }] };
    const call = () => api("POST", "/sequences/hello/execute", body, { "idempotency-key": "raced" });
    const answers = await Promise.all(Array.from({ length: 10 }, call));
    assert.equal(new Set(answers.map(({ text }) => text)).size, 1);
    await mailed("ada@example.com", 1);
  });

  check("a wait holds the next message for as long as it says", async ({ execute, mailed }) => {
    await execute("follow", ["ada@example.com"]);
    const [first, second] = await mailed("ada@example.com", 2);
    assert.deepEqual([first?.subject, second?.subject], ["First", "Second"]);
    const between = Date.parse(second?.at ?? "") - Date.parse(first?.at ?? "");
    assert.ok(between >= followsAfter, `${between} ms lay between them`);
  });

  check("who is cancelled gets nothing more", async ({ execute, api, status, mailed }) => {
    const { executionId, results } = await execute("later", ["ada@example.com", "grace@example.com"]);
    const [ada, grace] = results.map(({ sendingId }) => sendingId ?? "");
    await until(async () => (await status("sendings", ada ?? "")) === "scheduled");
    assert.equal((await api("POST", `/sendings/${ada}/cancel`)).status, 200);
    assert.equal(await status("sendings", ada ?? ""), "cancelled");
    assert.equal(await status("sendings", grace ?? ""), "scheduled");
    assert.equal((await api("POST", `/executions/${executionId}/cancel`)).status, 200);
    assert.equal(await status("sendings", grace ?? ""), "cancelled");
    assert.equal(await status("executions", executionId), "cancelled");
    await mailed("ada@example.com", 0);
  });

  check(
    "who opts out gets no marketing any more, and what they need all the same",
    async ({ execute, mailed, server, status, api }) => {
      const { results } = await execute("letter", ["ada@example.com"]);
      const [letter] = await mailed("ada@example.com", 1);
      const link = /<(https?:[^>]+)>/.exec(letter?.headers["List-Unsubscribe"] ?? "")?.[1];
      assert.ok(link, "A marketing message says how to opt out");
      const path = new URL(link).pathname;
      const isOut = async () => {
        const { data } = await api("GET", "/contacts?email=ada@example.com");
        return (data as unknown as { unsubscribed: boolean }[])[0]?.unsubscribed;
      };
      assert.equal((await server.ask({ method: "GET", path })).status, 200);
      assert.equal(await isOut(), false, "to look at the page is not to opt out");
      const headers = { "content-type": "application/x-www-form-urlencoded" };
      assert.equal(
        (await server.ask({ method: "POST", path, headers, text: "List-Unsubscribe=One-Click" })).status,
        200,
      );
      assert.equal(await isOut(), true);
      assert.equal(await status("sendings", results[0]?.sendingId ?? ""), "cancelled");
      const refused = await api("POST", "/sequences/letter/execute", { contacts: [{ email: "ada@example.com" }] });
      assert.equal(refused.status, 422);
      await execute("hello", ["ada@example.com"]);
      await mailed("ada@example.com", 2);
    },
  );
}

/** What outlives a server. */
export function lastingSuite(check: Check): void {
  check("what a server has accepted the next one carries out, and answers again", async (first, servers) => {
    const started = await first.execute("follow", ["ada@example.com"], "kept");
    await first.mailed("ada@example.com", 1);
    await first.server.stop();
    const next = caller(await servers.start());
    assert.deepEqual(await next.execute("follow", ["ada@example.com"], "kept"), started);
    const mails = await next.mailed("ada@example.com", 2);
    assert.deepEqual(
      mails.map(({ subject }) => subject),
      ["First", "Second"],
    );
  });
}

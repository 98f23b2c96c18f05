import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import t, { type Test } from "tap";
import { readJournal } from "./sendgrid-journal.js";
import { limiter } from "./sendgrid-limit.js";
import { startFakeSendgrid } from "./sendgrid.js";

function mail(to: string, more: object = {}): string {
  return JSON.stringify({
    personalizations: [{ to: [{ email: to }], custom_args: { x_sending_id: "s", x_attempt_id: "a", x_step_id: "t" } }],
    from: { email: "desk@example.com" },
    subject: "Hello",
    content: [{ type: "text/plain", value: "Hello" }],
    categories: ["welcome"],
    ...more,
  });
}

async function post(url: string, body: string, headers: Record<string, string> = {}): Promise<Response> {
  const all = { authorization: "Bearer SG.x", "content-type": "application/json", ...headers };
  return fetch(`${url}/v3/mail/send`, { method: "POST", headers: all, body });
}

async function open(t: Test) {
  const fake = await startFakeSendgrid();
  t.teardown(() => fake.close());
  return fake;
}

void t.test("it accepts a mail and remembers it", async (t) => {
  const fake = await open(t);
  const answer = await post(fake.url, mail("ann@example.com", { headers: { "X-Note": "n" } }));
  t.equal(answer.status, 202);
  t.match(answer.headers.get("x-message-id"), /^[\w-]{22}$/);
  t.match(fake.journal(), [
    {
      at: Number,
      phase: "body",
      sendingId: "s",
      attemptId: "a",
      stepId: "t",
      to: "ann@example.com",
      subject: "Hello",
      headers: { "X-Note": "n" },
      status: 202,
    },
  ]);
});

void t.test("it refuses what SendGrid's schema does not allow", async (t) => {
  const fake = await open(t);
  const text = { type: "text/plain", value: "Hello" };
  const html = { type: "text/html", value: "<p>Hello</p>" };
  const refused = [
    { subject: "" },
    { subject: "two\nlines" },
    { unknown: 1 },
    { content: [] },
    { content: [html, text] },
    { content: [text, text] },
    { from: { email: "nobody" } },
    { categories: ["a", "a"] },
    { headers: { Bcc: "eve@example.com" } },
    { headers: { "X-SG-EID": "1" } },
    { headers: { "X-Note": "a\r\nBcc: eve@example.com" } },
    { custom_args: { x_sending_id: "s" } },
    { personalizations: [] },
  ];
  for (const more of refused) {
    const answer = await post(fake.url, mail("ann@example.com", more));
    t.equal(answer.status, 400, JSON.stringify(more));
    t.match(await answer.json(), { errors: [{ message: String }] });
  }
  t.equal((await post(fake.url, mail("ann@example.com", { content: [text, html] }))).status, 202);
  t.equal((await post(fake.url, "{")).status, 400);
  t.equal((await post(fake.url, mail("ann@example.com"), { authorization: "Bearer x" })).status, 401);
  t.equal((await post(fake.url, mail("ann@example.com"), { "content-type": "text/plain" })).status, 400);
  t.equal((await fetch(`${fake.url}/v3/other`)).status, 404);
});

void t.test("it behaves by recipient, header, count and chance", async (t) => {
  const fake = await open(t);
  const status = async (to: string, headers = {}): Promise<number> => (await post(fake.url, mail(to), headers)).status;
  fake.behave({
    rules: [
      { do: "400", to: "bad@example.com" },
      { do: "429", header: ["x-tenant", "b"] },
      { do: "503", nth: [2] },
    ],
  });
  t.equal(await status("bad@example.com"), 400);
  t.equal(await status("ann@example.com"), 202);
  t.equal(await status("ann@example.com", { "x-tenant": "b" }), 429);
  t.equal(await status("ann@example.com"), 503);
  t.equal(await status("ann@example.com"), 202);

  const drawn = async (): Promise<number[]> => {
    fake.behave({ seed: 7, rules: [{ do: "500", probability: 0.5 }] });
    const statuses: number[] = [];
    for (let index = 0; index < 40; index++) statuses.push(await status("ann@example.com"));
    return statuses;
  };
  const first = await drawn();
  t.same(await drawn(), first, "the same seed, the same draws");
  const failed = first.filter((one) => one === 500).length;
  t.ok(failed > 10 && failed < 30, `${failed} of 40`);
});

void t.test("it takes so many in a period and says what remains", async (t) => {
  let now = 20_000;
  const limit = limiter({ do: "limited", calls: 2, everySeconds: 10 }, () => now);
  const said = () => {
    const { isOver, headers } = limit();
    return [isOver, headers["x-ratelimit-remaining"], headers["x-ratelimit-reset"]];
  };
  t.same(
    [said(), said(), said()],
    [
      [false, "1", "30"],
      [false, "0", "30"],
      [true, "0", "30"],
    ],
  );
  now = 30_000;
  t.same(said(), [false, "1", "40"]);

  const fake = await open(t);
  fake.behave({ rules: [{ do: { do: "limited", calls: 1, everySeconds: 1_000_000_000 } }] });
  const taken = await post(fake.url, mail("ann@example.com"));
  t.equal(taken.status, 202);
  t.equal(taken.headers.get("x-ratelimit-remaining"), "0");
  const over = await post(fake.url, mail("ann@example.com"));
  t.equal(over.status, 429);
  t.match(await over.json(), { errors: [{ message: "too many requests" }] });
  t.equal(over.headers.get("x-ratelimit-limit"), "1");
});

void t.test("it runs as a process, and its journal outlives it", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "furrow-"));
  t.teardown(() => rm(folder, { recursive: true }));
  const journal = join(folder, "journal");
  const main = fileURLToPath(new URL("sendgrid-main.js", import.meta.url));
  const start = async () => {
    const child = spawn(process.execPath, [main, journal], { stdio: ["ignore", "pipe", "inherit"] });
    const [url] = (await once(createInterface(child.stdout), "line")) as [string];
    return { child, url };
  };

  const killed = await start();
  const script = { rules: [{ do: "reset-after-body" }] };
  t.equal((await fetch(`${killed.url}/_behaviour`, { method: "PUT", body: JSON.stringify(script) })).status, 204);
  await t.rejects(post(killed.url, mail("ann@example.com")));
  killed.child.kill("SIGKILL");
  await once(killed.child, "exit");
  t.match(readJournal(journal), [{ to: "ann@example.com", status: null }]);

  const next = await start();
  t.equal((await post(next.url, mail("bob@example.com"))).status, 202);
  t.match(await (await fetch(`${next.url}/_journal`)).json(), [
    { to: "ann@example.com" },
    { to: "bob@example.com", status: 202 },
  ]);
  next.child.kill("SIGTERM");
  t.same(await once(next.child, "exit"), [0, null]);

  const lost = spawn(process.execPath, [main], { stdio: "ignore" });
  t.same(await once(lost, "exit"), [1, null]);
});

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { installedParts } from "../../../core/cli/parts.js";
import { runningServer } from "../../../core/cli/server-file.js";
import { furrow, temporaryFolder } from "./fake-shell.js";
import { serving, until } from "./serving.js";

const people = "email,firstName\nCanary.One@example.com,Canary\nnobody,\ncanary.two@example.com,\n";
const welcome = `
name: Welcome
purpose: transactional
steps:
  - { id: hello, email: { subject: "Hello {{ contact.firstName | default: 'there' }}", text: "Hi" } }
  - { id: pause, wait: 1d }
  - { id: end, exit: {} }
`;

t.test("from a folder of files to messages in the outbox, and a clean end", async (t) => {
  const cwd = installation(t);
  const server = await serving(t, cwd);
  t.match(server.out(), /^furrow listening on http:\/\/127\.0\.0\.1:\d+\n$/);

  const sent = await command(cwd, "execute", "welcome", "--contacts", "people.csv");
  t.match(sent, {
    statuses: { queued: 2, invalid: 1 },
    left: [{ place: "line 3", status: "invalid", reason: "bad_address" }],
  });
  t.match(await command(cwd, "execute", "welcome", "--contacts", "people.csv"), {
    repeatedCalls: 1,
    executionIds: sent["executionIds"],
  });
  const messages = await until(
    () => command(cwd, "outbox"),
    ({ meta }) => (meta as { total: number }).total === 2,
  );
  t.match((messages["data"] as { subject: string }[]).map(({ subject }) => subject).sort(), [
    "Hello Canary",
    "Hello there",
  ]);

  const { data } = (await command(cwd, "sendings", "list", "--sequence", "welcome", "--status", "sent")) as {
    data: { id: string }[];
  };
  t.equal(data.length, 2);
  const [first, second] = data.map(({ id }) => id) as [string, string];
  t.match(await command(cwd, "sendings", "get", first), {
    id: first,
    status: "sent",
    step: { id: "pause" },
    timeline: [{ kind: "created" }],
  });
  t.match(await command(cwd, "sendings", "cancel", second), { id: second, status: "cancelled", reason: "by_call" });
  t.match(await command(cwd, "channels"), {
    data: [{ name: "email", use: "outbox", state: "ok" }],
    meta: { total: 1 },
  });
  t.match(await command(cwd, "channels", "resume", "email"), { name: "email", state: "ok" });
  t.match(await command(cwd, "keys", "list"), { data: [{ name: "quickstart" }] });

  const [message = "", hint = ""] = (await furrow(["sendings", "retry", second], installedParts, { cwd })).err.split(
    "\n",
  );
  t.match(message, /cancelled/);
  t.equal(hint, "Nothing was changed.");
  t.match(await furrow(["sendings", "get", "x"], installedParts, { cwd }), {
    code: 1,
    err: "`furrow sendings list` shows the ids.",
  });
  t.match(await furrow(["sendings", "list", "--limit", "x"], installedParts, { cwd }), {
    code: 64,
    err: /^--limit must be a number/,
  });

  t.equal(await server.ended("SIGTERM"), 0);
  t.notMatch(server.err(), /canary/i, "the log knows nobody");
  t.equal(runningServer(join(cwd, "data", "furrow.db")), undefined);
  t.match(await furrow(["execute", "welcome", "--contacts", "people.csv"], installedParts, { cwd }), {
    code: 1,
    err: /^No server runs on .*furrow\.db\.\nStart one with `furrow serve`/,
  });
});

t.test("the printed call works when it is pasted; a killed server leaves nothing in the way", async (t) => {
  const cwd = installation(t);
  const server = await serving(t, cwd);
  const shown = await until(
    async () => server.err(),
    (text) => text.includes("npx furrow outbox"),
  );
  const [url, key, body] = [/POST '(.*)'/, /X-API-Key: (.*)"/, /-d '(.*)'/].map((part) => part.exec(shown)?.[1] ?? "");
  const headers = { "X-API-Key": key ?? "", "Content-Type": "application/json" };
  const answer = await fetch(url ?? "", { method: "POST", headers, body: body ?? "" });
  t.equal(answer.status, 200);
  t.match(await answer.json(), { data: { contactsProcessed: 2, sendingsCreated: 2 } });

  const refused = await furrow(["serve"], installedParts, { cwd });
  t.match(refused, { code: 1, err: /^A server runs on .* already at http:\/\/127\.0\.0\.1:\d+\.\n/ });
  await server.ended("SIGKILL");
  t.ok(readFileSync(join(cwd, "data", "furrow.db.server"), "utf8"));
  const next = await serving(t, cwd);
  t.match(
    await until(
      async () => next.err(),
      (text) => text.includes("npx furrow outbox"),
    ),
    "$FURROW_KEY",
  );
  t.equal(await next.ended("SIGINT"), 0);
});

/** A folder with a server config, one sequence, and a file of people. */
function installation(test: { teardown(end: () => void): void }): string {
  const cwd = temporaryFolder(test);
  mkdirSync(join(cwd, "project", "sequences"), { recursive: true });
  writeFileSync(join(cwd, "furrow.yaml"), 'http: { listen: "127.0.0.1:0" }\n');
  writeFileSync(join(cwd, "project", "sequences", "welcome.yaml"), welcome);
  writeFileSync(join(cwd, "people.csv"), people);
  return cwd;
}

/** Runs a command beside the server: its one JSON document. */
async function command(cwd: string, ...args: string[]): Promise<Record<string, unknown>> {
  const { code, out, err } = await furrow([...args, "--json"], installedParts, { cwd });
  if (code !== 0) throw new Error(err);
  return JSON.parse(out) as Record<string, unknown>;
}

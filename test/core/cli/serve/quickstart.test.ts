import { createHash } from "node:crypto";
import { join } from "node:path";
import t from "tap";
import { run } from "../../../../core/cli/run.js";
import type { Parts } from "../../../../core/cli/parts.js";
import { isScope } from "../../../../core/contracts/scopes.js";
import { fakeShell, temporaryFolder } from "../fake-shell.js";
import { fakeRuntime, type FakeRuntime } from "./fake-runtime.js";

const active = [
  { key: "old", status: "archived", definition: { steps: [{}] } },
  { key: "empty", status: "active", definition: { steps: [] } },
  { key: "welcome", status: "active", definition: { steps: [{}] } },
];

t.test("the first start makes a key and prints a call that works; later ones name $FURROW_KEY", async (t) => {
  const fake = fakeRuntime(join(temporaryFolder(t), "furrow.db"), {}, active);
  const first = await started(fake);
  const key = /-H "X-API-Key: (dem_[\w-]{43})"/.exec(first)?.[1] ?? "";
  t.match(first, "curl -X POST 'http://127.0.0.1:4711/api/v1/sequences/welcome/execute'");
  t.match(fake.keys, [
    { name: "quickstart", organization: "default", active: true, hash: createHash("sha256").update(key).digest("hex") },
  ]);
  t.ok(fake.keys[0]?.scopes.every(isScope));
  t.ok(fake.keys[0]?.scopes.includes("sequences:execute"));
  const body = /-d '(.*)'/.exec(first)?.[1] ?? "";
  t.match(JSON.parse(body), { contacts: [{ email: /@example\.com$/ }, { email: /@example\.com$/ }] });

  const second = await started(fake);
  t.match(second, '-H "X-API-Key: $FURROW_KEY"');
  t.match(second, "npx furrow keys create --name");
  t.notMatch(second, "--config");
  t.match(await started(fake, "config/local.yaml"), "npx furrow outbox --config config/local.yaml");
  t.equal(fake.keys.length, 1);
});

t.test("without an active sequence it says what is missing", async (t) => {
  t.match(await started(fakeRuntime(join(temporaryFolder(t), "furrow.db"))), "The project has no active sequence yet");
});

/** What `serve --quickstart` says on stderr. */
async function started(fake: FakeRuntime, config = "furrow.yaml"): Promise<string> {
  const shell = fakeShell(["serve", "--quickstart", "--config", config]);
  const { err } = shell;
  const stderr = {
    write: (text: string) => {
      err.push(text);
      setImmediate(() => shell.alarms.emit("SIGTERM"));
    },
  };
  t.equal(await run({ ...shell, stderr }, fake.parts as Parts), 0);
  return err.join("");
}

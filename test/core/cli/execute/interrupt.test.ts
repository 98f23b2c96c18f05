import t from "tap";
import { run } from "../../../../core/cli/run.js";
import { installedParts } from "../../../../core/cli/parts.js";
import { fakeShell } from "../fake-shell.js";
import { loopback, queued } from "./loopback.js";

const stdin = ["email", ...Array.from({ length: 250 }, (_, index) => `p${index}@example.com`)].join("\n");

t.test("SIGINT lets the call under way finish, says how to go on, and ends with 130", async (t) => {
  const { url, seen } = await loopback(t, (call, number) => {
    if (number === 2) shell.alarms.emit("SIGINT");
    return queued(call, number);
  });
  const shell = fakeShell(["execute", "welcome", "--contacts", "-", "--server", url, "--key", "dem_k"], {
    stdin,
    terminal: true,
  });
  t.equal(await run(shell, installedParts), 130);
  t.equal(seen.length, 2);
  t.same(shell.out, []);
  t.match(
    shell.err.join(""),
    "Interrupted when 200 of 250 contacts were handed over.\nRun the same command again to go on",
  );
  t.match(shell.err.join(""), `\r[${"#".repeat(24)}      ] 200/250`);
  t.equal(shell.alarms.listenerCount("SIGINT"), 0);
});

t.test("SIGINT ends a wait at once, a second one the process", async (t) => {
  const { url } = await loopback(t, () => {
    setImmediate(() => shell.alarms.emit("SIGINT"));
    setImmediate(() => shell.alarms.emit("SIGINT"));
    return { status: 503, headers: { "Retry-After": "3600" } };
  });
  const shell = fakeShell(["execute", "welcome", "--contacts", "-", "--server", url, "--key", "dem_k"], { stdin });
  t.equal(await run(shell, installedParts), 130);
  t.same(shell.exits, [130]);
  t.match(shell.err.join(""), "Interrupted when 0 of 250 contacts were handed over.");
});

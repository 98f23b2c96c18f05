import { readdirSync } from "node:fs";
import { join } from "node:path";
import { mock } from "node:test";
import t from "tap";
import { run } from "../../../../core/cli/run.js";
import { holdDatabase, runningServer } from "../../../../core/cli/server-file.js";
import type { Parts } from "../../../../core/cli/parts.js";
import { clusterConfig, fakeShell, furrow, temporaryFolder, type FakeShell } from "../fake-shell.js";
import { fakeRuntime, type FakeRuntime } from "./fake-runtime.js";

t.test("it says when it is ready, leaves its address, and takes everything away at the end", async (t) => {
  const folder = temporaryFolder(t);
  const fake = fakeRuntime(join(folder, "furrow.db"));
  const { shell, code } = served(fake, ["serve", "--listen", "[::1]:0"], () => {
    t.match(runningServer(join(folder, "furrow.db")), {
      url: "http://127.0.0.1:4711",
      pid: process.pid,
      token: fake.made[0]?.adminToken,
    });
    shell.alarms.emit("SIGTERM");
  });
  t.equal(await code, 0);
  t.same(shell.out, ["furrow listening on http://127.0.0.1:4711\n"]);
  t.same(fake.calls, ["made", "start", "stop", "close"]);
  t.match(fake.made[0]?.adminToken, /^dem_[\w-]{43}$/);
  t.same(fake.made[0]?.config.http.listen, { host: "::1", port: 0 });
  t.same(readdirSync(folder), ["furrow.db.lock"]);
  t.same(shell.alarms.eventNames(), []);
  holdDatabase(join(folder, "furrow.db"))?.release();
});

t.test("with --json the ready line is a document", async (t) => {
  const { shell, code } = served(fakeRuntime(join(temporaryFolder(t), "furrow.db")), ["serve", "--json"], () =>
    shell.alarms.emit("SIGINT"),
  );
  t.equal(await code, 0);
  t.same(JSON.parse(shell.out.join("")), { url: "http://127.0.0.1:4711" });
});

t.test("a second signal ends it at once, whatever hangs", async (t) => {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const fake = fakeRuntime(join(temporaryFolder(t), "furrow.db"), { stop: () => promise });
  const { shell, code } = served(fake, ["serve"], () => {
    shell.alarms.emit("SIGTERM");
    t.same(shell.exits, []);
    shell.alarms.emit("SIGINT");
    t.same(shell.exits, [130]);
    resolve(undefined);
  });
  t.equal(await code, 0);
});

t.test("the same signal twice in a moment is one Ctrl-C that npm passed on, later it is a second one", async (t) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  t.teardown(() => mock.timers.reset());
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const fake = fakeRuntime(join(temporaryFolder(t), "furrow.db"), { stop: () => promise });
  const { shell, code } = served(fake, ["serve"], () => {
    shell.alarms.emit("SIGINT");
    shell.alarms.emit("SIGINT");
    t.same(shell.exits, []);
    mock.timers.tick(300);
    shell.alarms.emit("SIGINT");
    t.same(shell.exits, [130]);
    resolve(undefined);
  });
  t.equal(await code, 0);
});

t.test("a stop that hangs is over before ten seconds have passed", async (t) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  t.teardown(() => mock.timers.reset());
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const fake = fakeRuntime(join(temporaryFolder(t), "furrow.db"), { stop: () => promise });
  const { shell, code } = served(fake, ["serve"], () => {
    shell.alarms.emit("SIGTERM");
    setImmediate(() => {
      mock.timers.tick(9_000);
      t.same(shell.exits, []);
      mock.timers.tick(999);
      t.same(shell.exits, [0]);
      resolve(undefined);
    });
  });
  t.equal(await code, 0);
});

for (const kind of ["uncaughtException", "unhandledRejection"]) {
  t.test(`${kind}: logged, what is under way is finished, exit 1`, async (t) => {
    const fake = fakeRuntime(join(temporaryFolder(t), "furrow.db"));
    const { shell, code } = served(fake, ["serve"], () =>
      shell.alarms.emit(kind, new Error("broken for ada@example.com")),
    );
    t.equal(await code, 1);
    t.same(fake.calls, ["made", "start", "stop", "close"]);
    t.match(JSON.parse(shell.err.join("")), { level: "error", kind, error: { message: "broken for [address]" } });
  });
}

t.test("a start that fails is told, and leaves nothing behind", async (t) => {
  const folder = temporaryFolder(t);
  const fake = fakeRuntime(join(folder, "furrow.db"), {
    start: () => Promise.reject(new Error("Cannot listen on 127.0.0.1:80")),
  });
  const { code, err } = await furrow(["serve"], fake.parts);
  t.equal(code, 1);
  t.match(err, /^Cannot listen on 127\.0\.0\.1:80\.\n/);
  t.same(fake.calls, ["made", "stop", "close"]);
  t.same(readdirSync(folder), ["furrow.db.lock"]);
});

t.test("an end that fails is logged, and the rest ends", async (t) => {
  const fake = fakeRuntime(join(temporaryFolder(t), "furrow.db"), { stop: () => Promise.reject(new Error("stuck")) });
  const { shell, code } = served(fake, ["serve"], () => shell.alarms.emit("SIGTERM"));
  t.equal(await code, 0);
  t.same(fake.calls, ["made", "start", "close"]);
  t.match(JSON.parse(shell.err.join("")), { level: "error", error: { message: "stuck" } });
});

t.test("a second server on the database is refused with the address of the first", async (t) => {
  const folder = temporaryFolder(t);
  const fake = fakeRuntime(join(folder, "furrow.db"));
  let second: Awaited<ReturnType<typeof furrow>> | undefined;
  const { shell, code } = served(fake, ["serve"], () => {
    void furrow(["serve"], fake.parts).then((result) => {
      second = result;
      shell.alarms.emit("SIGTERM");
    });
  });
  t.equal(await code, 0);
  t.equal(second?.code, 1);
  t.match(
    second?.err,
    `A server runs on ${folder}/furrow.db already at http://127.0.0.1:4711.\nStop it first (process ${process.pid})`,
  );
  t.same(fake.calls, ["made", "start", "stop", "close"]);
});

t.test("problems in the configuration are listed, and nothing is started", async (t) => {
  const problem = {
    file: "furrow.yaml",
    line: 2,
    column: 3,
    rule: "unknown-key",
    message: "Nothing reads `htpp`",
    hint: "Write `http`",
  };
  const { code, err } = await furrow(["serve"], {
    readServerConfig: async () => ({ problems: [problem, { ...problem, hint: null }] }),
  });
  t.equal(code, 3);
  t.match(err, /^furrow\.yaml:2:3 +Nothing reads `htpp` +\(unknown-key\)\n {2}Write `http`\nfurrow\.yaml:2:3 .*\n$/);
});

/** Runs `serve` and calls `ready` when it has said that it listens. */

t.test("one of a cluster holds no file and has its role", async (t) => {
  const folder = temporaryFolder(t);
  const fake = fakeRuntime(join(folder, "furrow.db"), {}, [], clusterConfig());
  const { shell, code } = served(fake, ["serve", "--role", "worker"], () => shell.alarms.emit("SIGTERM"));
  t.equal(await code, 0);
  t.same(shell.out, ["furrow listening on http://127.0.0.1:4711\n"]);
  t.match(fake.made[0]?.standing, { role: "worker", version: /^\d+\.\d+\.\d+/ });
  t.same(readdirSync(folder), []);
});

t.test("one that the others take for dead ends with 1", async (t) => {
  const lost = Promise.resolve(new Error("Another node has its name"));
  const fake = fakeRuntime(join(temporaryFolder(t), "furrow.db"), { lost }, [], clusterConfig());
  const { shell, code } = served(fake, ["serve"], () => undefined);
  t.equal(await code, 1);
  t.same(fake.calls, ["made", "start", "stop", "close"]);
  t.match(shell.err.join(""), "Another node has its name");
});

t.test("in local mode there is one role", async (t) => {
  const { parts } = fakeRuntime(join(temporaryFolder(t), "furrow.db"));
  const { code, err } = await furrow(["serve", "--role", "api"], parts);
  t.equal(code, 64);
  t.match(err, /^The role api needs the mode cluster\.\nLeave --role out/);
});

t.test("without --server nobody knows which server of a cluster is meant", async (t) => {
  const { parts } = fakeRuntime(join(temporaryFolder(t), "furrow.db"), {}, [], clusterConfig());
  const { code, err } = await furrow(["execute", "welcome", "--contacts", "people.csv"], parts);
  t.equal(code, 64);
  t.match(err, "In the mode cluster a server has to be named");
});

function served(fake: FakeRuntime, args: string[], ready: () => void): { shell: FakeShell; code: Promise<number> } {
  const shell = fakeShell(args);
  const { out } = shell;
  const stdout = {
    write: (text: string) => {
      out.push(text);
      setImmediate(ready);
    },
  };
  return { shell, code: run({ ...shell, stdout }, fake.parts as Parts) };
}

import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "tap";
import { addressOf } from "../../../core/cli/migrate/places.js";
import { installedParts } from "../../../core/cli/parts.js";
import { run } from "../../../core/cli/run.js";
import { holdDatabase } from "../../../core/cli/server-file.js";
import { kinds } from "../../../core/contracts/dump.js";
import { openSqliteStore } from "../../../core/stores/sqlite/sqlite-store.js";
import { furnish } from "../migrate/furnished.js";
import { fakeShell, furrow, temporaryFolder } from "./fake-shell.js";

async function installation(t: Parameters<typeof temporaryFolder>[0]): Promise<string> {
  const cwd = temporaryFolder(t);
  writeFileSync(join(cwd, "furrow.yaml"), "sqlite: { file: ./furrow.db }\n");
  const store = await openSqliteStore({ file: join(cwd, "furrow.db") });
  await furnish(store);
  await store.close();
  return cwd;
}

const migrate = (cwd: string, ...args: string[]) => furrow(["migrate", ...args], installedParts, { cwd });

test("everything is moved, compared, and told as a table", async (t) => {
  const cwd = await installation(t);
  const { code, out, err } = await migrate(cwd, "store", "--to", "other.db");
  t.equal(code, 0, err);
  t.match(out, /^KIND +SOURCE +TARGET +CHECKSUM\n/);
  for (const row of ["secrets", "api keys", "sendings", "source states"])
    t.match(out, new RegExp(`^${row} +[1-9]\\d* +[1-9]\\d* +[0-9a-f]{12} +equal$`, "m"));
  t.equal(
    err,
    `Everything is in ${join(cwd, "other.db")} now, and ${join(cwd, "furrow.db")} does not serve any more. ` +
      `Start the server with a config that names ${join(cwd, "other.db")}.\n`,
  );
  const served = await furrow(["keys", "list"], installedParts, { cwd });
  t.equal(served.code, 1);
  t.match(served.err, /was moved to .*other\.db at .*furrow migrate reopen/);
});

test("as JSON it has the counts and checksums of both", async (t) => {
  const cwd = await installation(t);
  const { out } = await migrate(cwd, "store", "--to", "other.db", "--json");
  const {
    from,
    to,
    moved,
    kinds: sums,
  } = JSON.parse(out) as {
    from: string;
    to: string;
    moved: boolean;
    kinds: { kind: string; source: object; target: object; equal: boolean }[];
  };
  t.same([from, to, moved], [join(cwd, "furrow.db"), join(cwd, "other.db"), true]);
  t.same(
    sums.map(({ kind }) => kind),
    kinds,
  );
  for (const { source, target, equal } of sums) {
    t.same(source, target);
    t.ok(equal);
  }
});

test("there and back again, and reopened by hand", async (t) => {
  const cwd = await installation(t);
  const first = JSON.parse((await migrate(cwd, "store", "--to", "other.db", "--json")).out) as { kinds: object[] };
  writeFileSync(join(cwd, "other.yaml"), "sqlite: { file: ./other.db }\n");
  const back = await migrate(cwd, "store", "--config", "other.yaml", "--to", "third.db", "--json");
  t.same((JSON.parse(back.out) as { kinds: object[] }).kinds, first.kinds);
  const reopened = await migrate(cwd, "reopen");
  t.equal(reopened.code, 0);
  t.equal(reopened.out, `${join(cwd, "furrow.db")} serves again.\n`);
  t.equal(reopened.err, `Take care that ${join(cwd, "other.db")} does not serve as well.\n`);
  t.equal((await furrow(["keys", "list"], installedParts, { cwd })).code, 0);
  t.match((await migrate(cwd, "reopen")).out, /was not moved/);
});

test("while a server runs on the file nothing is begun", async (t) => {
  const cwd = await installation(t);
  const lock = holdDatabase(join(cwd, "furrow.db"));
  t.teardown(() => lock?.release());
  const { code, err } = await migrate(cwd, "store", "--to", "other.db");
  t.equal(code, 1);
  t.equal(err, `A server runs on ${join(cwd, "furrow.db")}.\nStop it first: a move needs the store for itself.\n`);
  t.notOk(existsSync(join(cwd, "other.db")));
});

test("a target with data of its own is refused", async (t) => {
  const cwd = await installation(t);
  const other = await openSqliteStore({ file: join(cwd, "other.db") });
  await other.channels.pause("email", "The key is refused", null, 1);
  await other.close();
  const { code, err } = await migrate(cwd, "store", "--to", "other.db");
  t.equal(code, 1);
  t.equal(
    err,
    `${join(cwd, "other.db")} has data of its own (pausedChannels).\nName a database that has nothing in it: a move joins nothing.\n`,
  );
});

test("interrupted, it says how to go on, and goes on", async (t) => {
  const cwd = await installation(t);
  const shell = fakeShell(["migrate", "store", "--to", "other.db"], { cwd });
  const running = run(shell, installedParts);
  const asked = setInterval(() => {
    if (shell.alarms.listenerCount("SIGINT") > 0) shell.alarms.emit("SIGINT");
  }, 0);
  const code = await running;
  clearInterval(asked);
  t.equal(code, 130);
  t.match(
    shell.err.join(""),
    /Interrupted: a part is in the target, and neither store serves\.\nRun the same command again/,
  );
  t.match((await furrow(["keys", "list"], installedParts, { cwd })).err, /is being moved to/);
  t.equal((await migrate(cwd, "store", "--to", "other.db")).code, 0);
});

test("what cannot be a move is a usage error", async (t) => {
  const cwd = await installation(t);
  t.match(await migrate(cwd, "store"), { code: 64, err: /needs --to/ });
  t.match(await migrate(cwd, "store", "--to", "furrow.db"), {
    code: 64,
    err: /names the store of the server config itself/,
  });
  t.match(await migrate(cwd, "store", "--to", "postgres://x/y"), { code: 64, err: /begins with mongodb:\/\// });
  writeFileSync(join(cwd, "empty.yaml"), "sqlite: { file: ./none.db }\n");
  t.match(await migrate(cwd, "store", "--config", "empty.yaml", "--to", "other.db"), {
    code: 1,
    err: /^There is no database at .*none\.db\.\n/,
  });
});

test("a target is a url or a path", async (t) => {
  t.same(addressOf("mongodb://a,b/c?d", "/x"), { url: "mongodb://a,b/c?d" });
  t.same(addressOf("mongodb+srv://a", "/x"), { url: "mongodb+srv://a" });
  t.same(addressOf("y.db", "/x"), { file: "/x/y.db" });
});

import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { lockProcess } from "../../../../core/stores/sqlite/process-lock.js";
import { temporaryFolder } from "../../cli/fake-shell.js";

t.test("one holder at a time, in this process too; a release lets the next one in", async (t) => {
  const file = join(temporaryFolder(t), "new", "folder", "furrow.db.lock");
  const lock = lockProcess(file);
  t.ok(lock);
  t.equal(lockProcess(file), undefined);
  t.equal(lockProcess(file), undefined, "a refusal does not take the lock away");
  lock?.release();
  const next = lockProcess(file);
  t.ok(next);
  next?.release();
});

t.test("the file is nobody else's to read", async (t) => {
  const file = join(temporaryFolder(t), "furrow.db.lock");
  lockProcess(file)?.release();
  t.equal(statSync(file).mode & 0o777, 0o600);
});

t.test("another process is kept out, and let in when the holder is killed", async (t) => {
  const file = join(temporaryFolder(t), "furrow.db.lock");
  const holder = await holding(file);
  t.teardown(() => holder.kill("SIGKILL"));
  t.equal(lockProcess(file), undefined);
  const gone = once(holder, "exit");
  holder.kill("SIGKILL");
  await gone;
  t.ok(existsSync(file));
  const lock = lockProcess(file);
  t.ok(lock);
  lock?.release();
});

t.test("a file that cannot be a lock is an error, not a refusal", async (t) => {
  const folder = temporaryFolder(t);
  const text = join(folder, "text");
  writeFileSync(text, "This is no database. ".repeat(100));
  t.throws(() => lockProcess(text), { message: `The lock file ${text} cannot be locked` });
  t.throws(() => lockProcess(folder), { message: `The lock file ${folder} cannot be locked` });
  const below = join(text, "below");
  t.throws(() => lockProcess(below), { message: `The lock file ${below} cannot be locked` });
});

/** A child process that holds the lock. */
async function holding(file: string): Promise<ChildProcess> {
  const program = new URL("lock-holder.js", import.meta.url);
  const child = fork(program, [file], { execArgv: ["--expose-gc"] });
  const [message] = (await once(child, "message")) as [unknown];
  if (message !== "held") throw new Error("The child could not take the lock");
  return child;
}

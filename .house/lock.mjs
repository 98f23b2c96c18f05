import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { root } from "./root.mjs";

/** Does the work while no other process of this clone does work of the same name; waits for one that does. */
export async function alone(name, work) {
  const lock = `${root}/.house/.lock-${name}`;
  const mine = `${lock}.${process.pid}`;
  let told = false;
  while (!taken(lock, mine)) {
    const holder = holderOf(lock);
    if (holder !== undefined && !alive(holder)) {
      breakOpen(lock, mine, holder);
      continue;
    }
    if (!told) console.error(`furrow: waiting for process ${holder ?? "unknown"}, which is busy with "${name}" here`);
    told = true;
    await sleep(100);
  }
  const release = () => rmSync(lock, { recursive: true, force: true });
  process.once("exit", release);
  try {
    return await work();
  } finally {
    process.off("exit", release);
    release();
  }
}

// A folder that already holds the pid is renamed into place: there is no moment at which the lock has no owner.
function taken(lock, mine) {
  mkdirSync(mine, { recursive: true });
  writeFileSync(`${mine}/pid`, String(process.pid));
  try {
    renameSync(mine, lock);
    return true;
  } catch (error) {
    rmSync(mine, { recursive: true, force: true });
    if (error.code === "ENOTEMPTY" || error.code === "EEXIST") return false;
    throw error;
  }
}

function holderOf(lock) {
  try {
    return Number(readFileSync(`${lock}/pid`, "utf8"));
  } catch {
    return undefined;
  }
}

function alive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

// Two waiters may see the same dead holder; the slower one could move away the lock the faster one has just taken, and puts it back.
function breakOpen(lock, mine, dead) {
  const stale = `${mine}.stale`;
  try {
    renameSync(lock, stale);
    if (holderOf(stale) !== dead) renameSync(stale, lock);
  } catch (error) {
    if (error.code !== "ENOENT" && error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
  }
  rmSync(stale, { recursive: true, force: true });
}

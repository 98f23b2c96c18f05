import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { requireSound } from "../../core/stores/sqlite/soundness.js";
import { Random } from "./random.js";
import { ServerProcess } from "./server.js";
import { Siege } from "./siege.js";
import { until } from "./pulse.js";

const main = resolve("dist/core/bundled/furrow.js");
const page = 4096;
const frame = page + 24;
const startedWithin = 20_000;
/** How many calls are answered before the process is killed: enough for many commits in the log. */
const callsBefore = 40;

export interface DamageReport {
  violations: string[];
  /** Starts that were refused, and those that were rightly not. */
  refused: number;
  started: number;
  /** Of `flips` files with one byte changed in a page of their own, how many were found out at the start. */
  flips: number;
  found: number;
}

interface Damage {
  name: string;
  /** After a kill, with everything since the last copy in the log, or after an end in order, with everything in the file. */
  after: "kill" | "end";
  harm(file: string): void;
  /** What the refusal says; `undefined`: it is to start, with nothing lost. */
  says?: RegExp;
}

const damages: readonly Damage[] = [
  {
    name: "another kind of file",
    after: "end",
    harm: (file) => writeFileSync(file, "id,email\n".repeat(9_000)),
    says: /not a database/,
  },
  { name: "half a file", after: "end", harm: (file) => truncateSync(file, 30 * page), says: /malformed/ },
  { name: "a page of nothing", after: "end", harm: (file) => overwrite(file, 2 * page, Buffer.alloc(page)), says: /./ },
  {
    name: "a log of something else",
    after: "kill",
    harm: (file) => writeFileSync(`${file}-wal`, "x".repeat(50 * frame)),
    says: /-wal/,
  },
  {
    name: "a byte in the middle of the log",
    after: "kill",
    harm: (file) => overwrite(`${file}-wal`, 32 + 9 * frame + 999, Buffer.from("\x9d")),
    says: /-wal/,
  },
  { name: "a log without its file", after: "kill", harm: (file) => rmSync(file), says: /missing/ },
  { name: "no index of the log", after: "kill", harm: (file) => rmSync(`${file}-shm`) },
];

/** Harms the database of a stopped program in every way there is, and starts it; then changes `size` bytes, each in a copy of its own. */
export async function damage({ size, seed }: { size: number; seed: number }): Promise<DamageReport> {
  const report: DamageReport = { violations: [], refused: 0, started: 0, flips: size, found: 0 };
  const siege = await Siege.lay(seed);
  try {
    await until(() => siege.answered >= callsBefore, startedWithin);
    siege.stopCalling();
    await siege.server.kill();
    const { database, config } = siege.workspace;
    keep(database, "kill");
    await siege.restart();
    await siege.server.stop();
    keep(database, "end");
    for (const one of damages) {
      bring(database, one.after);
      one.harm(database);
      const wrong = one.says ? await refusal(config, database, one.says) : await start(config);
      if (wrong === undefined) report[one.says ? "refused" : "started"]++;
      else report.violations.push(`${one.name}: ${wrong}`);
    }
    report.found = flipped(database, size, new Random(seed));
  } finally {
    await siege.end();
  }
  return report;
}

/** What was wrong with a start that should have been refused. */
async function refusal(config: string, file: string, says: RegExp): Promise<string | undefined> {
  const before = contents(file);
  const { code, stderr } = await serve(config);
  if (code !== 1) return `ended with ${code}: ${stderr}`;
  if (!stderr.startsWith(`The database ${file} is damaged: `) || !says.test(stderr)) return `said ${stderr}`;
  if (!/put a backup in its place\.\nNothing was written\.\n$/.test(stderr)) return `did not say what to do: ${stderr}`;
  return contents(file) === before ? undefined : "something was written";
}

function serve(config: string): Promise<{ code: number | string; stderr: string }> {
  return new Promise((resolve) => {
    const args = [main, "serve", "--config", config];
    execFile(process.execPath, args, { timeout: startedWithin }, (error, _stdout, stderr) =>
      resolve({ code: error?.code ?? error?.signal ?? 0, stderr }),
    );
  });
}

async function start(config: string): Promise<string | undefined> {
  const server = await ServerProcess.start(config);
  const code = await server.stop();
  return code === 0 ? undefined : `started, and ended with ${code}`;
}

/** Counts the copies of a sound file in which one changed byte is seen. */
function flipped(file: string, size: number, random: Random): number {
  bring(file, "end");
  const sound = readFileSync(file);
  let found = 0;
  for (let flip = 0; flip < size; flip++) {
    const harmed = Buffer.from(sound);
    const at = random.between(0, sound.length - 1);
    harmed[at] = harmed[at]! ^ random.between(1, 255);
    rmSync(`${file}-wal`, { force: true });
    writeFileSync(file, harmed);
    try {
      requireSound(file);
    } catch {
      found++;
    }
  }
  return found;
}

const parts = ["", "-wal", "-shm"];

function keep(file: string, name: string): void {
  for (const part of parts) if (existsSync(file + part)) copyFileSync(file + part, `${file}.${name}${part}`);
}

function bring(file: string, name: string): void {
  for (const part of parts) {
    rmSync(file + part, { force: true });
    if (existsSync(`${file}.${name}${part}`)) copyFileSync(`${file}.${name}${part}`, file + part);
  }
}

/** The file and its log; one that is empty says as much as none. */
function contents(file: string): string {
  const all = createHash("sha256");
  for (const one of [file, `${file}-wal`]) all.update(existsSync(one) ? readFileSync(one) : "").update("|");
  return all.digest("hex");
}

function overwrite(file: string, position: number, bytes: Buffer): void {
  const content = readFileSync(file);
  content.set(bytes, position);
  writeFileSync(file, content);
}

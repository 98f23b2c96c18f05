import type { JsonObject } from "../../contracts/model.js";
import { systemClock } from "../../system/clock.js";
import { systemIds } from "../../system/ids.js";
import { exit, Failure, type ExitCode } from "../failure.js";
import type { Output } from "../output.js";
import type { Shell } from "../shell.js";
import { outcomesOf } from "./answers.js";
import { createCaller, type Caller } from "./caller.js";
import { chunked, type Chunk } from "./chunks.js";
import { readContacts } from "./contacts-file.js";
import { directoryId } from "./directory-id.js";
import { createProgress, type Progress } from "./progress.js";
import { stopSignal } from "./stop-signal.js";
import { count, inOrder, newTally, tallyText, type Tally } from "./tally.js";
import type { FindTarget } from "./target.js";

/** What `furrow execute` was told. */
export interface Run {
  sequence: string;
  file: string;
  location: string | undefined;
  employee: string | undefined;
  context: JsonObject | undefined;
  dryRun: boolean;
}

/** Sends everybody of the file, call after call, and prints the sum. The file is read and checked whole before anything is sent. */
export async function runExecute(run: Run, find: FindTarget, shell: Shell, output: Output): Promise<ExitCode> {
  const rows = await readContacts(run.file, shell);
  const progress = createProgress(shell.stderr, rows.length);
  const { signal, over } = stopSignal(shell);
  const call = createCaller(find, {
    wait: (milliseconds) => systemClock.wait(milliseconds, signal),
    chance: () => systemIds.chance(),
    stopped: () => signal.aborted,
    waiting: (why) => {
      progress.clear();
      output.note(why);
    },
  });
  const tally = newTally(run.sequence, run.dryRun);
  try {
    const shared = await sharedFields(run, call);
    if (shared) await sendAll(chunked(rows, { sequence: run.sequence, shared }), { call, tally, progress, signal });
  } catch (cause) {
    throw withProgress(cause, tally, rows.length);
  } finally {
    over();
    progress.clear();
  }
  if (tally.contacts < rows.length) throw interrupted(tally, rows.length);
  inOrder(tally, rows);
  output.result(tally, () => tallyText(tally));
  if (tally.statuses["queued"]) return exit.done;
  throw new Failure("Nobody was queued", "The status of each says why.");
}

/** `undefined` when the run was stopped before. */
async function sharedFields(
  { location, employee, context, dryRun }: Run,
  call: Caller,
): Promise<JsonObject | undefined> {
  const shared: JsonObject = {};
  for (const [kind, given] of Object.entries({ location, employee }) as [
    "location" | "employee",
    string | undefined,
  ][]) {
    if (given === undefined) continue;
    const id = await directoryId(kind, given, call);
    if (id === undefined) return undefined;
    shared[`${kind}Id`] = id;
  }
  return { ...shared, ...(context ? { context } : {}), ...(dryRun ? { dryRun } : {}) };
}

interface Sending {
  call: Caller;
  tally: Tally;
  progress: Progress;
  signal: AbortSignal;
}

async function sendAll(chunks: readonly Chunk[], { call, tally, progress, signal }: Sending): Promise<void> {
  const path = `/api/v1/sequences/${encodeURIComponent(tally.sequence)}/execute`;
  progress.show(0);
  for (const { rows, body, idempotencyKey } of chunks) {
    if (signal.aborted) return;
    const headers = tally.dryRun ? {} : { "Idempotency-Key": idempotencyKey };
    const answer = await call({ method: "POST", path, headers, body });
    if (!answer) return;
    count(tally, outcomesOf(answer, rows));
    if (answer.replayed) tally.repeatedCalls += 1;
    const { executionId } = (answer.body["data"] ?? {}) as { executionId?: string };
    if (executionId !== undefined) tally.executionIds.push(executionId);
    progress.show(tally.contacts);
  }
}

function interrupted(tally: Tally, total: number): Failure {
  const hint = "Run the same command again to go on: nothing is repeated.";
  return new Failure(
    `Interrupted when ${tally.contacts} of ${total} contacts were handed over`,
    hint,
    exit.interrupted,
  );
}

/** Says how far a run had come that ends early. */
function withProgress(cause: unknown, tally: Tally, total: number): unknown {
  if (!(cause instanceof Failure) || tally.contacts === 0) return cause;
  const hint = `${tally.contacts} of ${total} contacts had been handed over before. ${cause.hint}`;
  return new Failure(cause.message, hint, cause.code, { cause });
}

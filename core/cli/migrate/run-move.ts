import { kinds, type Kind } from "../../contracts/dump.js";
import { MoveRefused, moveStore, type Compared } from "../../migrate/move.js";
import { systemClock } from "../../system/clock.js";
import { systemIds } from "../../system/ids.js";
import { stopSignal } from "../execute/stop-signal.js";
import { exit, Failure, type ExitCode } from "../failure.js";
import type { Output } from "../output.js";
import type { Shell } from "../shell.js";
import { table } from "../table.js";
import type { Place } from "./places.js";

/** How often a move that goes on tells how far it is, in milliseconds. */
const often = 2_000;

/** Moves everything, tells what it has compared, and answers the exit code. */
export async function runMove(
  source: Place,
  target: Place,
  again: boolean,
  shell: Shell,
  output: Output,
): Promise<ExitCode> {
  const { signal, over } = stopSignal(shell);
  try {
    const compared = await moveStore({
      source: source.dump,
      target: target.dump,
      again,
      now: () => systemClock.now(),
      newId: () => systemIds.next(),
      halt: () => {
        if (signal.aborted) throw interrupted();
      },
      progress: progress(output),
    });
    return told(source.dump.place, target.dump.place, compared, output);
  } catch (cause) {
    throw cause instanceof MoveRefused ? new Failure(cause.message, cause.hint, exit.failed, { cause }) : cause;
  } finally {
    over();
  }
}

function told(from: string, to: string, compared: readonly Compared[] | undefined, output: Output): ExitCode {
  const isMoved = compared?.every(({ equal }) => equal) ?? true;
  const sums = (compared ?? []).map(({ kind, source, target, equal }) => ({ kind, source, target, equal }));
  output.result({ from, to, moved: isMoved, kinds: sums }, () =>
    compared ? comparison(compared) : `Everything had been moved to ${to} before.`,
  );
  if (!isMoved) {
    output.note(
      "The stores differ, and neither serves. Something was written to one of them during the move: run it again with --again to begin anew.",
    );
    return exit.differences;
  }
  output.note(
    `Everything is in ${to} now, and ${from} does not serve any more. Start the server with a config that names ${to}.`,
  );
  return exit.done;
}

function comparison(compared: readonly Compared[]): string {
  return table(compared, [
    { title: "kind", of: ({ kind }) => wordsOf(kind) },
    { title: "source", of: ({ source }) => source.count },
    { title: "target", of: ({ target }) => target.count },
    { title: "checksum", of: ({ source }) => source.checksum.slice(0, 12) },
    { title: "", of: ({ equal, target }) => (equal ? "equal" : `DIFFERENT (${target.checksum.slice(0, 12)})`) },
  ]);
}

function progress(output: Output): (kind: Kind, records: number) => void {
  const moved = new Map<Kind, number>(kinds.map((kind) => [kind, 0]));
  let last = performance.now();
  return (kind, records) => {
    moved.set(kind, (moved.get(kind) ?? 0) + records);
    if (performance.now() - last < often) return;
    last = performance.now();
    output.note(`${wordsOf(kind)}: ${moved.get(kind)} moved`);
  };
}

/** `apiKeys` as `api keys`. */
export function wordsOf(kind: Kind): string {
  return kind.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function interrupted(): Failure {
  return new Failure(
    "Interrupted: a part is in the target, and neither store serves",
    "Run the same command again to go on, or `furrow migrate reopen` to go back to the source.",
    exit.interrupted,
  );
}

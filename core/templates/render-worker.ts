import { parentPort } from "node:worker_threads";
import { Budget } from "./budget.js";
import type { TemplateValues } from "./engine.js";
import { unfilled } from "./failure.js";
import { compileLetter, type FillLetter } from "./letter.js";
import type { Errand, Saying } from "./render-thread.js";

/** Letters that are kept ready. */
const KEPT = 50;

const letters = new Map<number, FillLetter>();

/** The program of the thread that fills letters in. It gets plain data, answers plain data and knows nothing else. */
parentPort?.on("message", ({ letter, values }: Errand) => {
  try {
    const fill = read(letter);
    say("read");
    const began = performance.now();
    const filled = fill(JSON.parse(values) as TemplateValues, new Budget());
    say({ letter: filled, took: performance.now() - began });
  } catch (error) {
    // Another error may quote values: the thread ends with it, and nothing of it is told.
    say(unfilled(error));
  }
});

function say(what: Saying): void {
  parentPort?.postMessage(what);
}

function read(letter: Errand["letter"]): FillLetter {
  const fill = letters.get(letter.number) ?? compileLetter(letter);
  if (letters.size >= KEPT) letters.clear();
  letters.set(letter.number, fill);
  return fill;
}

import type { LetterSource, Letters, Unfilled } from "../contracts/step.js";
import { Budget } from "./budget.js";
import type { TemplateValues } from "./engine.js";
import { LimitReached, unfilled } from "./failure.js";
import { compileLetter, type FillLetter } from "./letter.js";
import { LEASH, LEASH_SOURCE, type Limits } from "./limits.js";
import { RenderThread, type Patience } from "./render-thread.js";

const MARK = /\{[{%][^]*?[%}]\}/g;

export interface Renderer {
  /** Fills letters in at once, in this thread; those that cost too much for that, in a thread of their own that can be killed. */
  readonly letters: Letters;
  /** How many threads were started so far. */
  readonly threads: number;
  /** Ends the thread. What is not filled in by then never is. */
  close(): Promise<void>;
}

/** `leash` is what a letter may cost in this thread, `patience` how long the other one is waited for. */
export function renderer(options: { leash?: Limits; patience?: Patience } = {}): Renderer {
  const { leash = LEASH, patience } = options;
  const thread = new RenderThread(patience);
  let count = 0;
  return {
    letters(source) {
      const letter = { ...source, number: count++ };
      let read: FillLetter | Unfilled | undefined;
      let isHeavy = isLong(source);

      const fillElsewhere = (values: TemplateValues, reached?: LimitReached) => {
        isHeavy = true;
        // Getters are read here, and what is no data stays behind.
        const filling = thread.fill({ letter, values: JSON.stringify(values) });
        return filling.then((done) => {
          if ("unfilled" in done) return done;
          // The time was lost to something else than this letter.
          if (reached?.limit === "time" && done.took < leash.render) isHeavy = false;
          return done.letter;
        });
      };

      return (values) => {
        if (isHeavy) return fillElsewhere(values);
        read ??= readHere(source);
        if (typeof read !== "function") return read;
        try {
          return read(values, new Budget(leash));
        } catch (error) {
          return error instanceof LimitReached ? fillElsewhere(values, error) : unfilled(error);
        }
      };
    },
    get threads() {
      return thread.started;
    },
    close: () => thread.close(),
  };
}

function readHere(source: LetterSource): FillLetter | Unfilled {
  try {
    return compileLetter(source);
  } catch (error) {
    return unfilled(error);
  }
}

function isLong({ subject, html, text }: LetterSource): boolean {
  const source = [subject, html, text].join("\n");
  if (source.length > LEASH_SOURCE.characters) return true;
  const marks = source.match(MARK) ?? [];
  return marks.reduce((weight, { length }) => weight + length + 20, 0) > LEASH_SOURCE.markup;
}

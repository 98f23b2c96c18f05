import { closeSync, openSync, readFileSync, writeSync } from "node:fs";

/** One request for a mail, as the provider saw it. `phase` says how much of it was read; ids are null when the body was not. */
export interface JournalEntry {
  at: number;
  phase: "head" | "body";
  sendingId: string | null;
  attemptId: string | null;
  stepId: string | null;
  to: string | null;
  subject: string | null;
  /** Headers of the mail, not of the request. */
  headers: Record<string, string>;
  /** With which key the request was signed, so that those who share a provider can be told apart. */
  apiKey: string | null;
  /** The status that is about to be answered; null: the request gets no answer. */
  status: number | null;
}

export interface Journal {
  write(entry: JournalEntry): void;
  read(): JournalEntry[];
  close(): void;
}

/** Appends to `file`, a JSON line an entry. An entry is in the file when `write` returns, so it outlives whoever is killed next. */
export function openJournal(file: string): Journal {
  const descriptor = openSync(file, "a");
  return {
    write: (entry) => void writeSync(descriptor, `${JSON.stringify(entry)}\n`),
    read: () => readJournal(file),
    close: () => closeSync(descriptor),
  };
}

/** Every entry of a journal's file, oldest first; also while its fake runs, and when it has been killed. */
export function readJournal(file: string): JournalEntry[] {
  const whole = readFileSync(file, "utf8");
  return whole
    .slice(0, whole.lastIndexOf("\n") + 1)
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as JournalEntry);
}

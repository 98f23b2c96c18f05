import type { Json } from "../contracts/model.js";
import { plain, table, type Column } from "./table.js";
import type { Sink } from "./shell.js";

/** A list as the API answers it. */
export interface Envelope<Row> {
  data: Row[];
  meta: { page: number; perPage: number; total: number; totalPages: number };
}

/** The one place where a command says something: results on stdout, as one JSON document or as text, everything else on stderr. */
export interface Output {
  readonly json: boolean;
  /** The result. Text is made only when it is wanted. */
  result(document: unknown, text: () => string): void;
  /** A page of a list as a table; `empty` is said when there is nothing. */
  list<Row>(page: Envelope<Row>, columns: readonly Column<Row>[], empty: string): void;
  /** A remark beside the result. */
  note(text: string): void;
}

/** Writes to these two streams. Text never carries control characters of the data to a terminal. */
export function createOutput({ json, stdout, stderr }: { json: boolean; stdout: Sink; stderr: Sink }): Output {
  const note = (text: string) => void stderr.write(`${text}\n`);
  const result: Output["result"] = (document, text) =>
    void stdout.write(`${json ? JSON.stringify(document, null, 2) : text()}\n`);
  return {
    json,
    note,
    result,
    list(page, columns, empty) {
      const { page: number, totalPages, total } = page.meta;
      result(page, () => (page.data.length === 0 ? empty : table(page.data, columns)));
      if (!json && number < totalPages)
        note(`Page ${number} of ${totalPages}, ${total} in all: --page ${number + 1} shows more.`);
    },
  };
}

/** One object as lines of `name  value`. */
export function record(object: Readonly<Record<string, unknown>>): string {
  const width = Math.max(...Object.keys(object).map((name) => name.length));
  return Object.entries(object)
    .map(([name, value]) => `${name.padEnd(width)}  ${plain(value as Json)}`)
    .join("\n");
}

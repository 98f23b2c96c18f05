/** How one field of a record stands in a row. */
export interface Column {
  readonly field: string;
  readonly column: string;
  read(value: unknown): unknown;
  write(value: unknown): unknown;
}

type Codec = Pick<Column, "read" | "write">;

const plain: Codec = { read: (value) => value, write: (value) => value };
const json: Codec = { read: (text) => JSON.parse(text as string) as unknown, write: (value) => JSON.stringify(value) };
const flag: Codec = { read: (number) => number === 1, write: (value) => (value === true ? 1 : 0) };
/** What the driver hands out is a view of a larger buffer. */
const bytes: Codec = { read: (buffer) => new Uint8Array(buffer as Uint8Array), write: (value) => value };
/** Text in a column that may not be null. */
const orEmpty: Codec = { read: (text) => (text === "" ? null : text), write: (value) => value ?? "" };

const codecs: Readonly<Record<string, Codec>> = { "": plain, json, flag, bytes, orEmpty };

/**
 * Columns out of words, one each: `dueAt` is the column `due_at` as it is; `tags:json` and `active:flag` say how it is read; `to=recipient`
 * names a column that is called otherwise.
 */
export function columns(words: string): Column[] {
  return words
    .trim()
    .split(/\s+/)
    .map((word) => {
      const [name = "", codec = ""] = word.split(":");
      const [field = "", column = field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)] = name.split("=");
      const how = codecs[codec];
      if (!how) throw new Error(`There is no way ${codec} to read a column`);
      return { field, column, ...how };
    });
}

export type Row = Readonly<Record<string, unknown>>;

/** The record that a row is. */
export function recordOf(all: readonly Column[], row: Row): Record<string, unknown> {
  const record: Record<string, unknown> = {};
  for (const { field, column, read } of all) record[field] = read(row[column]);
  return record;
}

/** The values of a record, in the order of the columns. */
export function valuesOf(all: readonly Column[], record: Row): unknown[] {
  return all.map(({ field, write }) => write(record[field]));
}

/** One column of a printed table. */
export interface Column<Row> {
  readonly title: string;
  of(row: Row): unknown;
}

/** Rows under their titles, each column as wide as its widest cell. */
export function table<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string {
  const lines = [columns.map(({ title }) => title.toUpperCase()), ...rows.map((row) => columns.map(({ of }) => plain(of(row))))];
  const widths = columns.map((_, index) => Math.max(...lines.map((cells) => cells[index]!.length)));
  return lines.map((cells) => cells.map((cell, index) => cell.padEnd(widths[index]!)).join("  ").trimEnd()).join("\n");
}

/** A value in one line: nothing as `-`, objects as JSON, control characters (which a terminal would obey) as spaces. */
export function plain(value: unknown): string {
  if (value === null || value === undefined || value === "") return "-";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.replace(/\p{Cc}+/gu, " ");
}

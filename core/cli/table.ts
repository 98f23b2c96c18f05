/** One column of a printed table. */
export interface Column<Row> {
  readonly title: string;
  of(row: Row): unknown;
}

/** Rows under their titles, each column as wide as its widest cell. */
export function table<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string {
  const padded = columns.map(({ title, of }) => {
    const cells = [title.toUpperCase(), ...rows.map((row) => plain(of(row)))];
    const width = Math.max(...cells.map((cell) => cell.length));
    return cells.map((cell) => cell.padEnd(width));
  });
  return ["", ...rows].map((_, line) => cellsOf(padded, line).join("  ").trimEnd()).join("\n");
}

function cellsOf(columns: readonly string[][], line: number): string[] {
  return columns.map((cells) => cells[line] ?? "");
}

/** A value in one line: nothing as `-`, objects as JSON, control characters (which a terminal would obey) as spaces. */
export function plain(value: unknown): string {
  if (value === null || value === undefined || value === "") return "-";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.replace(/\p{Cc}+/gu, " ");
}

import { CsvError, parse, type InfoRecord } from "csv-parse/sync";
import type { JsonObject } from "../../contracts/model.js";
import { didYouMean } from "../suggest.js";
import { contactFields, type Row, type RowProblem } from "./contact-fields.js";

/** Puts a cell where it belongs in a contact. */
type Place = (contact: JsonObject, cell: string) => void;

const GROUPS = ["customFields", "context"];

/**
 * Reads contacts from CSV (RFC 4180, commas) with a header of the API's names: `tags` are split at `;`, `customFields.x` and `context.x`
 * fill those objects. Cells are trimmed, empty ones are left out, and so are rows without any. Everything that is wrong is listed.
 */
export function readCsv(text: string): { rows: Row[] } | { problems: RowProblem[] } {
  const records = split(text);
  if (!Array.isArray(records)) return { problems: [records] };
  const [header, ...body] = records;
  if (!header) return { problems: [{ place: "line 1", message: "has no header" }] };
  const columns = header.cells.map((name) => name.trim());
  const wrong = headerProblems(columns);
  if (wrong.length > 0) return { problems: wrong.map((message) => ({ place: `line ${header.line}`, message })) };

  const places = columns.map(placeOf);
  const rows: Row[] = [];
  const problems: RowProblem[] = [];
  for (const { line, cells } of body) {
    const place = `line ${line}`;
    const contact: JsonObject = {};
    cells.map((cell) => cell.trim()).forEach((cell, index) => cell !== "" && places[index]?.(contact, cell));
    if (cells.length !== columns.length) {
      problems.push({ place, message: `has ${cells.length} cells where the header has ${columns.length}` });
    } else if (typeof contact["email"] === "string") {
      rows.push({ place, contact: { ...contact, email: contact["email"] } });
    } else if (Object.keys(contact).length > 0) {
      problems.push({ place, message: "has no email" });
    }
  }
  return problems.length > 0 ? { problems } : { rows };
}

interface Record {
  /** Where the record begins. */
  line: number;
  cells: string[];
}

function split(text: string): Record[] | RowProblem {
  const options = { info: true, raw: true, record_delimiter: "\n", relax_column_count: true, skip_empty_lines: true };
  try {
    const records = parse(text.replace(/\r\n?/g, "\n"), options) as unknown as {
      info: InfoRecord;
      raw: string;
      record: string[];
    }[];
    return records.map(({ info, raw, record }) => ({
      line: info.lines - raw.trim().split("\n").length + 1,
      cells: record,
    }));
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    return { place: `line ${String(cause["lines"])}`, message: quoteProblem(cause.code) };
  }
}

function quoteProblem(code: string): string {
  if (code === "CSV_QUOTE_NOT_CLOSED") return "is in a cell whose quote is never closed";
  return 'has a quote in the wrong place: a cell with quotes stands in quotes, and its own are doubled ("")';
}

function headerProblems(columns: readonly string[]): string[] {
  const known = [
    ...Object.keys(contactFields).filter((field) => !GROUPS.includes(field)),
    ...GROUPS.map((group) => `${group}.x`),
  ];
  const problems: string[] = [];
  columns.forEach((name, index) => {
    if (columns.indexOf(name) !== index) problems.push(`names the column "${name}" twice`);
    else if (!placeOf(name)) {
      const otherwise = name.includes(";") ? "Columns are separated by commas." : `There is: ${known.join(", ")}.`;
      problems.push(`names an unknown column "${name}". ${didYouMean(name, known, otherwise)}`);
    }
  });
  if (!columns.includes("email")) problems.push("names no column email");
  return problems;
}

function placeOf(column: string): Place | undefined {
  const [group = "", name = "", ...more] = column.split(".");
  if (GROUPS.includes(group)) {
    if (name === "" || more.length > 0 || name === "__proto__" || name === "constructor") return undefined;
    return (contact, cell) => {
      contact[group] = { ...(contact[group] as JsonObject | undefined), [name]: cell };
    };
  }
  if (!Object.hasOwn(contactFields, column)) return undefined;
  if (contactFields[column] === "text") return (contact, cell) => void (contact[column] = cell);
  return (contact, cell) => {
    const items = cell.split(";").map((item) => item.trim());
    contact[column] = items.filter((item) => item !== "");
  };
}

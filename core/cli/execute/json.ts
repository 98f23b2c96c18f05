import type { Json } from "../../contracts/model.js";
import { didYouMean } from "../suggest.js";
import { contactFields, fits, type Row, type RowProblem } from "./contact-fields.js";

/** Reads contacts from a JSON array of the API's objects. Places are `contact 1`, `contact 2`, …; everything that is wrong is listed. */
export function readJson(text: string): { rows: Row[] } | { problems: RowProblem[] } {
  const list = parsed(text);
  if (!Array.isArray(list)) return { problems: [{ place: "it", message: "is not a JSON array of contacts" }] };
  const rows: Row[] = [];
  const problems: RowProblem[] = [];
  list.forEach((value, index) => {
    const place = `contact ${index + 1}`;
    const wrong = contactProblems(value);
    if (wrong.length > 0) problems.push(...wrong.map((message) => ({ place, message })));
    else rows.push({ place, contact: value as Row["contact"] });
  });
  return problems.length > 0 ? { problems } : { rows };
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function contactProblems(value: Json): string[] {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return ["is not an object"];
  const known = Object.keys(contactFields);
  const problems = Object.entries(value).flatMap(([field, content]) => {
    if (!Object.hasOwn(contactFields, field)) {
      return [`has an unknown field "${field}". ${didYouMean(field, known, `There is: ${known.join(", ")}.`)}`];
    }
    return fits(field, content) ? [] : [`has the wrong type in ${field}`];
  });
  return Object.hasOwn(value, "email") ? problems : ["has no email", ...problems];
}

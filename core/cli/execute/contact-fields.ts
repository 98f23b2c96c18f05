import type { Json, JsonObject } from "../../contracts/model.js";

type Kind = "text" | "texts" | "object";

/** The fields of a contact in an execute call, as the API names them. */
export const contactFields: Readonly<Record<string, Kind>> = {
  email: "text",
  firstName: "text",
  lastName: "text",
  phone: "text",
  title: "text",
  preferredLanguage: "text",
  timeZone: "text",
  locationId: "text",
  employeeId: "text",
  tags: "texts",
  customFields: "object",
  context: "object",
};

/** One person of a file. `place` says where in the file, as `line 7`. */
export interface Row {
  place: string;
  contact: JsonObject & { email: string };
}

/** What is wrong at one place of a file, as the end of a sentence that begins with the place. */
export interface RowProblem {
  place: string;
  message: string;
}

/** Whether `value` can stand in the field; `null` clears a field and can stand in all but the address. */
export function fits(field: string, value: Json): boolean {
  if (value === null) return field !== "email";
  switch (contactFields[field]) {
    case "text":
      return typeof value === "string";
    case "texts":
      return Array.isArray(value) && value.every((item) => typeof item === "string");
    default:
      return typeof value === "object" && !Array.isArray(value);
  }
}

import type { Json } from "../core/contracts/model.js";
import { at, text } from "./field.js";

export interface Names {
  firstName: string | null;
  lastName: string | null;
}

const nobody: Names = { firstName: null, lastName: null };

/** The `first_name` and `last_name` of the first object that has either: names of two people are never mixed. */
export function namesIn(...people: readonly (Json | undefined)[]): Names {
  return first(...people.map((person) => names(at(person, "first_name"), at(person, "last_name"))));
}

/** What two fields say. */
export function names(given: Json | undefined, family: Json | undefined): Names {
  return { firstName: text(given), lastName: text(family) };
}

/** A name in one string: its first word is the first name, the rest the last. */
export function namesOf(whole: Json | undefined): Names {
  const [firstName, ...rest] = (text(whole) ?? "").split(/\s+/);
  return names(firstName, rest.join(" "));
}

/** The first that says anything. */
export function first(...found: readonly Names[]): Names {
  return found.find(({ firstName, lastName }) => firstName !== null || lastName !== null) ?? nobody;
}

/** A locale as BCP 47, `sv_SE` as `sv-SE`; `null` for what is none. */
export function language(locale: Json | undefined): string | null {
  const tag = text(locale)?.replaceAll("_", "-");
  if (tag === undefined || tag === "auto") return null;
  try {
    return Intl.getCanonicalLocales(tag)[0] ?? null;
  } catch {
    return null;
  }
}

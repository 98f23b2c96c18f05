import Joi from "joi";
import type { Employee, Location } from "../contracts/model.js";
import { parseAddress } from "../channels/address.js";
import { suggestion } from "../contracts/nearest.js";
import { derivedId } from "./derived-id.js";
import { country, key, language, timeZone, uuid, webUrl } from "./fields.js";
import { problemAt, type Problem } from "./problem.js";
import { checked, textRead } from "./schema.js";
import { readSource } from "./source-files.js";
import { readYaml, type YamlFile } from "./yaml-file.js";

const email = textRead(
  (text) => (parseAddress(text)?.email === text ? text : undefined),
  "bad-value",
  "must be an email address",
);

const place = Joi.object({
  id: uuid,
  key: key.required(),
  name: Joi.string().required(),
  email,
  timeZone,
  country,
  language,
  reviewLinks: Joi.object().pattern(/^[A-Za-z]\w*$/, webUrl),
});

const locationsSchema: Joi.Schema<Written<Location>[]> = Joi.array().items(place);
const employeesSchema: Joi.Schema<Written<Employee>[]> = Joi.array().items(place.keys({ location: key }));

type Written<T> = Partial<T> & Pick<Location, "key" | "name">;

/** What other files may name, as it is written: also where something else is wrong in the lists. */
export interface NamedPlaces {
  readonly locations: readonly { readonly key: string }[];
  readonly employees: readonly { readonly key: string; readonly email: string | null }[];
}

/** The locations and employees of the project, in the order of their files. */
export async function readPlaces(
  folder: string,
  organization: string,
): Promise<{ locations: Location[]; employees: Employee[]; named: NamedPlaces; problems: Problem[] }> {
  const offices = await readList(folder, "locations.yaml", locationsSchema);
  const people = await readList(folder, "employees.yaml", employeesSchema);
  const locations = offices.entries.map((written) => withDefaults(written, organization, "location"));
  const employees = people.entries.map((written) => ({
    ...withDefaults(written, organization, "employee"),
    location: written.location ?? null,
  }));
  const problems = [
    ...offices.problems,
    ...people.problems,
    ...repeated(offices.yaml),
    ...repeated(people.yaml),
    ...unknownLocations(people.yaml, offices.yaml),
  ];
  return { locations, employees, named: { locations: named(offices.yaml), employees: named(people.yaml) }, problems };
}

function named(yaml: YamlFile | undefined): { key: string; email: string | null }[] {
  return written(yaml).flatMap(({ key, email }) =>
    typeof key === "string" ? [{ key, email: typeof email === "string" ? email : null }] : [],
  );
}

interface List<T> {
  entries: T[];
  yaml: YamlFile | undefined;
  problems: Problem[];
}

async function readList<T>(folder: string, name: string, schema: Joi.Schema<T[]>): Promise<List<T>> {
  const { source, problems: unread } = await readSource(folder, name);
  if (!source) return { entries: [], yaml: undefined, problems: unread };
  const { yaml, problems } = readYaml(source.file, source.text);
  if (!yaml) return { entries: [], yaml: undefined, problems };
  const { value = [], problems: wrong } = checked(schema, { ...yaml, value: yaml.value ?? [] });
  return { entries: value, yaml, problems: [...problems, ...wrong] };
}

function withDefaults(written: Written<Location>, organization: string, kind: "location" | "employee"): Location {
  const { key, name, email = null, timeZone = null, country = null, language = null, reviewLinks = {} } = written;
  return {
    id: written.id ?? derivedId(organization, kind, key),
    key,
    name,
    email,
    timeZone,
    country,
    language,
    reviewLinks,
  };
}

/** The entries as they are written: what they have to do with each other is judged even where something else is wrong in them. */
function written(yaml: YamlFile | undefined): Partial<Record<"id" | "key" | "location" | "email", unknown>>[] {
  return Array.isArray(yaml?.value) ? yaml.value.map((entry: unknown) => entry ?? {}) : [];
}

function repeated(yaml: YamlFile | undefined): Problem[] {
  const entries = written(yaml);
  return (["key", "id"] as const).flatMap((field) =>
    entries.flatMap(({ [field]: value }, index) => {
      const first = entries.findIndex((entry) => entry[field] === value);
      if (!yaml || typeof value !== "string" || first === index) return [];
      const message = `This ${field} is already in line ${yaml.at([first, field]).line}`;
      return [
        problemAt(yaml.file, yaml.at([index, field]), `repeated-${field}`, message, `Give each its own ${field}`),
      ];
    }),
  );
}

function unknownLocations(people: YamlFile | undefined, offices: YamlFile | undefined): Problem[] {
  const keys = [...new Set(written(offices).flatMap(({ key }) => (typeof key === "string" ? [key] : [])))];
  return written(people).flatMap(({ location }, index) => {
    if (!people || typeof location !== "string" || keys.includes(location)) return [];
    const hint = suggestion(location, keys) ?? "Locations are listed in locations.yaml";
    return [
      problemAt(
        people.file,
        people.at([index, "location"]),
        "unknown-location",
        `There is no location \`${location}\``,
        hint,
      ),
    ];
  });
}

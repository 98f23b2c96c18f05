import { suggestion } from "../../core/contracts/nearest.js";
import type { OptionProblem, SourceHome } from "../../core/contracts/plugin.js";

/** The option tables that say what the platform's ids are here. */
export interface PlaceTables {
  readonly locations?: Readonly<Record<string, string>>;
  readonly employees?: Readonly<Record<string, string>>;
}

/** A key of the project, or none, with the words for what was named and not found. */
export interface Found {
  readonly key: string | null;
  readonly note: string | null;
}

/** By the table, else by the key itself. */
export function locationFor(id: string | null, { locations = {} }: PlaceTables, home: SourceHome): Found {
  if (id === null) return NONE;
  const key = entry(locations, id) ?? home.locations.find((location) => location.key === id)?.key;
  return key === undefined ? { key: null, note: "the location is not known: add it to `locations`" } : found(key);
}

/** By the table (an id or an address), else by the address of an employee, else by the key itself; the first of `names` that is known. */
export function employeeFor(
  names: readonly (string | null)[],
  { employees = {} }: PlaceTables,
  home: SourceHome,
): Found {
  const given = names.filter((name) => name !== null);
  const byAddress = lowerCased(employees);
  for (const name of given) {
    const address = name.trim().toLowerCase();
    const key =
      entry(employees, name) ??
      byAddress.get(address) ??
      home.employees.find(({ email }) => email?.toLowerCase() === address)?.key ??
      home.employees.find((employee) => employee.key === name)?.key;
    if (key !== undefined) return found(key);
  }
  return given.length === 0 ? NONE : { key: null, note: "the employee is not known: add them to `employees`" };
}

/** Entries of the tables that name nothing of the project. */
export function placeProblems({ locations, employees }: PlaceTables, home: SourceHome): OptionProblem[] {
  return [
    ...unknownKeys("locations", "location", locations, home.locations),
    ...unknownKeys("employees", "employee", employees, home.employees),
  ];
}

const NONE: Found = { key: null, note: null };

function found(key: string): Found {
  return { key, note: null };
}

/** A platform's id may be `constructor`: only the table's own entries count. */
function entry(table: Readonly<Record<string, string>>, id: string): string | undefined {
  return Object.hasOwn(table, id) ? table[id] : undefined;
}

function lowerCased(table: Readonly<Record<string, string>>): Map<string, string> {
  return new Map(Object.entries(table).map(([name, key]) => [name.trim().toLowerCase(), key]));
}

function unknownKeys(
  option: string,
  what: "location" | "employee",
  table: Readonly<Record<string, string>> | undefined,
  known: readonly { key: string }[],
): OptionProblem[] {
  const keys = known.map(({ key }) => key);
  return Object.entries(table ?? {}).flatMap(([id, key]) => {
    if (keys.includes(key)) return [];
    const hint = suggestion(key, keys) ?? `They are listed in ${what}s.yaml`;
    return [{ path: [option, id], rule: `unknown-${what}`, message: `There is no ${what} \`${key}\``, hint }];
  });
}

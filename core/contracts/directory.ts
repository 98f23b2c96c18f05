import type { Employee, Location } from "./model.js";

/** The locations and employees of the project, in the order of their files. */
export interface Directory {
  readonly locations: readonly Location[];
  readonly employees: readonly Employee[];
  location(id: string): Location | undefined;
  employee(id: string): Employee | undefined;
}

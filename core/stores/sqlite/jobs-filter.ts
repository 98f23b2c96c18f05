import type { JobsQueryOptions, RemoveJobsOptions } from "agenda";
import { toColumn } from "./jobs-fields.js";

/** Conditions on the table `jobs`, all of which must hold, and their parameters in order. */
export interface JobFilter {
  conditions: string[];
  values: unknown[];
}

/** The jobs that Agenda wants removed, enabled or disabled; `undefined` when it names no criterion: then nothing is touched. */
export function choice(options: RemoveJobsOptions): JobFilter | undefined {
  const filter: JobFilter = { conditions: [], values: [] };
  byId(filter, options.id, options.ids);
  byName(filter, options.name, options.names, options.notNames);
  byData(filter, options.data);
  return filter.conditions.length === 0 ? undefined : filter;
}

/** The jobs that a query asks for. `now` decides between scheduled and queued. */
export function selection(options: JobsQueryOptions, now: number): JobFilter {
  const filter: JobFilter = { conditions: [], values: [] };
  if (options.search) add(filter, "instr(lower(name), lower(?)) > 0", options.search);
  else byName(filter, options.name, options.names);
  byId(filter, options.id, options.ids);
  byData(filter, options.data);
  if (options.includeDisabled === false) add(filter, "disabled = 0");
  if (options.state === "paused") add(filter, "disabled = 1");
  else if (options.state) add(filter, `${jobState} = ?`, now, now, options.state);
  return filter;
}

/** The job that `unique()` describes: fields of the job by name, parts of its data as `data.a.b`, all compared for equality. */
export function uniqueness(name: string, unique: Record<string, unknown>): JobFilter {
  const filter: JobFilter = { conditions: ["name = ?"], values: [name] };
  for (const [path, value] of Object.entries(unique)) {
    if (isPlain(value) && Object.keys(value).some((key) => key.startsWith("$"))) {
      throw new Error(`unique() compares for equality only: ${path} is given an operator`);
    }
    if (path.startsWith("data.")) part(filter, path.slice("data.".length).split("."), value);
    else {
      const field = toColumn(path, value);
      if (!field) throw new Error(`unique() names ${path}, which no job has`);
      add(filter, `${field.column} IS ?`, field.value);
    }
  }
  return filter;
}

/** The state of a job as Agenda tells it; takes the time now, twice. */
export const jobState = `CASE
  WHEN locked_at IS NOT NULL THEN 'running'
  WHEN failed_at IS NOT NULL AND (last_finished_at IS NULL OR failed_at >= last_finished_at) THEN 'failed'
  WHEN repeat_interval IS NOT NULL THEN 'repeating'
  WHEN next_run_at > ? THEN 'scheduled'
  WHEN next_run_at <= ? THEN 'queued'
  ELSE 'completed' END`;

/** ` WHERE …`, or nothing. */
export function where({ conditions }: JobFilter): string {
  return conditions.length === 0 ? "" : ` WHERE ${conditions.join(" AND ")}`;
}

function byId(filter: JobFilter, id?: string, ids?: string[]): void {
  const wanted = id ? [id] : ids;
  if (wanted?.length) add(filter, "id IN (SELECT CAST(value AS INTEGER) FROM json_each(?))", list(wanted.filter(isId)));
}

function byName(filter: JobFilter, name?: string, names?: string[], notNames?: string[]): void {
  const wanted = name ? [name] : names;
  if (wanted?.length) add(filter, "name IN (SELECT value FROM json_each(?))", list(wanted));
  else if (notNames?.length) add(filter, "name NOT IN (SELECT value FROM json_each(?))", list(notNames));
}

function byData(filter: JobFilter, data: unknown): void {
  if (data === undefined) return;
  if (isPlain(data)) part(filter, [], data);
  else add(filter, "coalesce(data, 'null') = ?", JSON.stringify(data));
}

/** Compares a part of the data; an object must only be contained. JSON text tells 1 from true and "1". */
function part(filter: JobFilter, path: string[], value: unknown): void {
  if (isPlain(value)) {
    for (const [key, inner] of Object.entries(value)) part(filter, [...path, key], inner);
    return;
  }
  const pointer = `$${path.map((key) => `.${JSON.stringify(key)}`).join("")}`;
  add(filter, "coalesce(data -> ?, 'null') = ?", pointer, JSON.stringify(value ?? null));
}

function add(filter: JobFilter, condition: string, ...values: unknown[]): void {
  filter.conditions.push(condition);
  filter.values.push(...values);
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (value === null || typeof value !== "object") return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function isId(text: string): boolean {
  return /^\d{1,15}$/.test(text);
}

function list(values: readonly string[]): string {
  return JSON.stringify(values);
}

import type { JobParameters } from "agenda";
import type { ClaimedJob } from "../../jobs/backend.js";

/** A row of the table `jobs`, by column. */
export type JobRow = Record<string, unknown>;

interface Codec {
  read(stored: unknown): unknown;
  write(value: unknown): unknown;
}

const plain: Codec = { read: (stored) => stored, write: (value) => value };
const time: Codec = {
  read: (stored) => new Date(stored as number),
  write: (value) => new Date(value as Date).getTime(),
};
const flag: Codec = { read: (stored) => stored === 1, write: (value) => (value ? 1 : 0) };
const json: Codec = {
  read: (stored) => JSON.parse(stored as string) as unknown,
  write: (value) => JSON.stringify(value),
};

/** What a save of the job itself writes: field, column and how the one becomes the other. */
export const ownFields = [
  ["name", "name", plain],
  ["type", "type", plain],
  ["priority", "priority", plain],
  ["data", "data", json],
  ["nextRunAt", "next_run_at", time],
  ["disabled", "disabled", flag],
  ["repeatInterval", "repeat_interval", json],
  ["repeatTimezone", "repeat_timezone", plain],
  ["repeatAt", "repeat_at", plain],
  ["startDate", "start_date", time],
  ["endDate", "end_date", time],
  ["skipDays", "skip_days", json],
  ["fork", "fork", flag],
  ["debounceStartedAt", "debounce_started_at", time],
] as const satisfies readonly Field[];

/** What the processor writes while it runs the job. A save of the job itself leaves these alone unless it names them. */
export const stateFields = [
  ["lockedAt", "locked_at", time],
  ["lastRunAt", "last_run_at", time],
  ["lastFinishedAt", "last_finished_at", time],
  ["failedAt", "failed_at", time],
  ["failCount", "fail_count", plain],
  ["failReason", "fail_reason", plain],
  ["progress", "progress", plain],
] as const satisfies readonly Field[];

type Field = readonly [field: keyof JobParameters, column: string, codec: Codec];
const fields: readonly Field[] = [...ownFields, ...stateFields, ["lastModifiedBy", "last_modified_by", plain]];

/** The parameters of a statement that writes `job`, by column; what the job does not say is null. */
export function toRow(job: JobParameters, by: string | undefined): JobRow {
  const row: JobRow = {};
  for (const [field, column, codec] of fields) row[column] = stored(codec, job[field]);
  row.disabled ??= 0;
  row.priority ??= 0;
  row.last_modified_by = by ?? null;
  return row;
}

/** The job in a row. */
export function toJob(row: JobRow): ClaimedJob {
  const job: Record<string, unknown> = { _id: String(row.id), nextRunAt: null, claim: row.claims };
  for (const [field, column, codec] of fields) {
    if (row[column] !== null) job[field] = codec.read(row[column]);
  }
  return job as unknown as ClaimedJob;
}

/** The column of a field and its value there; `undefined` for what is no field of a job. */
export function toColumn(field: string, value: unknown): { column: string; value: unknown } | undefined {
  const found = fields.find(([name]) => name === field);
  return found && { column: found[1], value: stored(found[2], value) };
}

function stored(codec: Codec, value: unknown): unknown {
  return value === undefined || value === null ? null : codec.write(value);
}

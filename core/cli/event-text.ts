import { record } from "./output.js";
import { table, type Column } from "./table.js";

/** What is read of an event as the API shows it; one by id has headers and a body. */
export interface Event {
  id: string;
  source: string;
  type: string;
  status: string;
  reason: string | null;
  receivedAt: string;
  commands: object[];
  notes: string[];
  headers?: Record<string, string>;
  body?: string;
}

/** What is read of a refused request. */
export interface Refused {
  at: string;
  source: string;
  reason: string;
  remote: string;
}

/** What a list of events shows. */
export const eventColumns: readonly Column<Event>[] = [
  { title: "id", of: ({ id }) => id },
  { title: "received", of: ({ receivedAt }) => receivedAt },
  { title: "source", of: ({ source }) => source },
  { title: "type", of: ({ type }) => type },
  { title: "status", of: ({ status }) => status },
  { title: "reason", of: ({ reason }) => reason },
  { title: "notes", of: ({ notes }) => notes.join("; ") },
];

/** What a list of refused requests shows. */
export const refusedColumns: readonly Column<Refused>[] = [
  { title: "at", of: ({ at }) => at },
  { title: "source", of: ({ source }) => source },
  { title: "reason", of: ({ reason }) => reason },
  { title: "remote", of: ({ remote }) => remote },
];

/** One event for people: its body last, in lines of its own, without what a terminal would obey. */
export function eventText({ headers = {}, body = "", ...fields }: Event): string {
  const lines = body.replace(/[^\P{Cc}\n\t]+/gu, " ");
  const sent = Object.entries(headers).map(([name, value]) => ({ name, value }));
  const shown = table(sent, [
    { title: "header", of: ({ name }) => name },
    { title: "value", of: ({ value }) => value },
  ]);
  return [record(fields), shown, lines].join("\n\n");
}

import { record } from "./output.js";
import { table, type Column } from "./table.js";

/** What is read of a sending as the API shows it; one by id has a timeline. */
export interface Sending {
  id: string;
  status: string;
  reason: string | null;
  step: { id: string } | null;
  dueAt: string | null;
  contactId: string;
  createdAt: string;
  timeline?: Entry[];
}

interface Entry {
  at: string;
  kind: string;
  stepId: string | null;
  outcome: string | null;
  reason: string | null;
  note: string | null;
}

/** What a list of sendings shows. */
export const sendingColumns: readonly Column<Sending>[] = [
  { title: "id", of: ({ id }) => id },
  { title: "status", of: ({ status }) => status },
  { title: "reason", of: ({ reason }) => reason },
  { title: "step", of: ({ step }) => step?.id },
  { title: "due", of: ({ dueAt }) => dueAt },
  { title: "contact", of: ({ contactId }) => contactId },
  { title: "created", of: ({ createdAt }) => createdAt },
];

const entryColumns: readonly Column<Entry>[] = [
  { title: "at", of: ({ at }) => at },
  { title: "kind", of: ({ kind }) => kind },
  { title: "step", of: ({ stepId }) => stepId },
  { title: "outcome", of: ({ outcome }) => outcome },
  { title: "reason", of: ({ reason }) => reason },
  { title: "note", of: ({ note }) => note },
];

/** One sending for people, its timeline below when it has one. */
export function sendingText({ timeline, step, ...fields }: Sending): string {
  const text = record({ ...fields, step: step?.id });
  return timeline ? `${text}\n\n${table(timeline, entryColumns)}` : text;
}

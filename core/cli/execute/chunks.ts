import { createHash } from "node:crypto";
import type { JsonObject } from "../../contracts/model.js";
import { Failure } from "../failure.js";
import type { Row } from "./contact-fields.js";

/** The most people that one call takes. */
const LARGEST = 100;

/** One execute call: `rows` in the order of its `contacts`. */
export interface Chunk {
  rows: Row[];
  body: string;
  /** The same for the same people, sequence and options, on any day and any machine. */
  idempotencyKey: string;
}

/** What every call of a run shares. */
export interface Request {
  sequence: string;
  /** `locationId`, `employeeId`, `context`, `dryRun`, where they are given. */
  shared: JsonObject;
}

/**
 * Splits the people into calls. Rows of one address travel together, so that the server sees that they are one person. A key depends on
 * its own call only: a correction further down in a file changes no call before it, and those are not repeated.
 */
export function chunked(rows: readonly Row[], { sequence, shared }: Request): Chunk[] {
  const chunks: Row[][] = [];
  for (const group of byAddress(rows)) {
    const last = chunks.at(-1);
    if (last && last.length + group.length <= LARGEST) last.push(...group);
    else chunks.push([...group]);
  }
  return chunks.map((people) => {
    const body = JSON.stringify({ contacts: people.map(({ contact }) => contact), ...shared });
    const idempotencyKey = createHash("sha256")
      .update(JSON.stringify([sequence, body]))
      .digest("hex");
    return { rows: people, body, idempotencyKey };
  });
}

function byAddress(rows: readonly Row[]): Iterable<Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const address = row.contact.email.trim().toLowerCase();
    const group = groups.get(address) ?? [];
    groups.set(address, group);
    if (group.push(row) > LARGEST) {
      const message = `One address stands there more than ${LARGEST} times, the last time at ${row.place}`;
      throw new Failure(message, "Nothing was sent; leave one of them.");
    }
  }
  return groups.values();
}

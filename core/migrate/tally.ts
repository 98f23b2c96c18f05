import { createHash } from "node:crypto";
import type { Kind, PageLimit, StoreDump } from "../contracts/dump.js";

/** How many records of a kind there are, and a checksum of all of them that their order does not change. */
export interface Tally {
  count: number;
  checksum: string;
}

const modulus = 2n ** 256n;

/** Reads every record of the kind. `halt` is asked before each page; what it throws ends the reading. */
export async function tally(dump: StoreDump, kind: Kind, limit: PageLimit, halt: () => void): Promise<Tally> {
  let count = 0;
  let sum = 0n;
  let after: string | null = null;
  do {
    halt();
    const { records, next }: Awaited<ReturnType<StoreDump["read"]>> = await dump.read(kind, after, limit);
    for (const record of records) sum = (sum + digest(record)) % modulus;
    count += records.length;
    after = next;
  } while (after !== null);
  return { count, checksum: sum.toString(16).padStart(64, "0") };
}

function digest(record: unknown): bigint {
  return BigInt(`0x${createHash("sha256").update(canonical(record)).digest("hex")}`);
}

/** One text for one meaning: fields in the order of their names, bytes in hex. */
export function canonical(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value !== "object" || value === null) return String(value);
  if (value instanceof Uint8Array) return `x${Buffer.from(value).toString("hex")}`;
  let text = "";
  if (Array.isArray(value)) {
    for (const item of value) text += `${canonical(item)},`;
    return `[${text}]`;
  }
  const fields = value as Readonly<Record<string, unknown>>;
  for (const name of Object.keys(fields).sort()) text += `${JSON.stringify(name)}:${canonical(fields[name])},`;
  return `{${text}}`;
}

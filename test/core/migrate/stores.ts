import { join } from "node:path";
import { kinds, type Kind, type StoreDump } from "../../../core/contracts/dump.js";
import type { Store } from "../../../core/contracts/store.js";
import { openSqliteDump } from "../../../core/stores/sqlite/dump.js";
import { openSqliteStore } from "../../../core/stores/sqlite/sqlite-store.js";
import { newFile, type Ends } from "../stores/sqlite/files.js";

/** A place that stores can be opened at, as often as one likes. */
export interface Home {
  store(): Promise<Store>;
  dump(): Promise<StoreDump>;
}

export type MakeHome = (t: Ends) => Promise<Home>;

export async function fileHome(t: Ends): Promise<Home> {
  const file = join(await newFile(t), "..", "home.db");
  return { store: () => openSqliteStore({ file }), dump: () => openSqliteDump({ file }) };
}

/** Opens for as long as `work` takes. */
export async function during<Opened extends { close(): Promise<void> }, T>(
  opening: Promise<Opened>,
  work: (opened: Opened) => Promise<T>,
): Promise<T> {
  const opened = await opening;
  try {
    return await work(opened);
  } finally {
    await opened.close();
  }
}

/** Every record of a store, by kind, each as one line of JSON, in an order that does not depend on the store. */
export async function contents(dump: StoreDump): Promise<Record<Kind, string[]>> {
  const all = await Promise.all(
    kinds.map(async (kind) => {
      const { records } = await dump.read(kind, null, { records: 1_000_000, bytes: 2 ** 30 });
      return [kind, records.map(line).sort()] as const;
    }),
  );
  return Object.fromEntries(all) as Record<Kind, string[]>;
}

function line(record: unknown): string {
  return JSON.stringify(record, (_, value: unknown) => {
    if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
  });
}

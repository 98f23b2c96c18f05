import { join } from "node:path";
import { test } from "tap";
import { kinds, type Move, type StoreDump } from "../../../../core/contracts/dump.js";
import { dumpTables } from "../../../../core/stores/sqlite/dump-tables.js";
import { openSqliteDump } from "../../../../core/stores/sqlite/dump.js";
import { furnish } from "../../migrate/furnished.js";
import { newFile, openStore, type Ends } from "./files.js";

const everything = { records: 1_000, bytes: 2 ** 20 };

async function furnished(t: Ends): Promise<string> {
  const file = await newFile(t);
  const store = await openStore(t, { file });
  await furnish(store);
  await store.close();
  return file;
}

async function opened(t: Ends, file: string): Promise<StoreDump> {
  const dump = await openSqliteDump({ file });
  t.teardown(() => dump.close());
  return dump;
}

test("every column of every table is in the dump", async (t) => {
  const { database } = await openStore(t, { file: ":memory:" });
  const known = new Map<string, Set<string>>();
  for (const kind of kinds) {
    const { table, columns, derived, parts, key } = dumpTables[kind];
    known.set(table, new Set([...columns.map(({ column }) => column), ...Object.keys(derived), ...key]));
    for (const part of parts) {
      const own = [...part.columns, ...(part.inherited ?? [])].map(({ column }) => column);
      known.set(part.table, new Set([part.parent, part.order, ...Object.keys(part.constant ?? {}), ...own]));
    }
  }
  const alarms = ["jobs", "sqlite_sequence"];
  const tables = database.statement<{ name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
  t.ok(tables.length > 20);
  for (const { name } of tables.filter((table) => !alarms.includes(table.name))) {
    const columns = database.pragma(`table_info(${name})`) as { name: string }[];
    t.same(new Set(columns.map((column) => column.name)), known.get(name), name);
  }
});

test("the furnished store has every kind", async (t) => {
  const dump = await opened(t, await furnished(t));
  for (const kind of kinds) {
    t.ok(await dump.has(kind), kind);
    t.ok((await dump.read(kind, null, everything)).records.length > 0, kind);
  }
});

test("pages of one record, of few bytes and of everything have the same records in the same order", async (t) => {
  const dump = await opened(t, await furnished(t));
  for (const kind of kinds) {
    const whole = await dump.read(kind, null, everything);
    t.equal(whole.next, null, kind);
    for (const limit of [
      { records: 1, bytes: 2 ** 20 },
      { records: 1_000, bytes: 1 },
    ]) {
      const found: unknown[] = [];
      let after: string | null = null;
      do {
        const { records, next }: Awaited<ReturnType<StoreDump["read"]>> = await dump.read(kind, after, limit);
        t.ok(records.length <= 1, kind);
        found.push(...records);
        after = next;
      } while (after !== null);
      t.same(found, whole.records, kind);
    }
  }
});

test("what is read and written elsewhere is read there as it was", async (t) => {
  const source = await opened(t, await furnished(t));
  const target = await opened(t, join(await newFile(t), "..", "other.db"));
  const move: Move = { id: "1", other: source.place, startedAt: 1, finishedAt: null, reached: {} };
  for (const kind of kinds) {
    const { records } = await source.read(kind, null, everything);
    await target.write(kind, records, { ...move, reached: { [kind]: null } });
    t.same((await target.read(kind, null, everything)).records, records, kind);
    t.same((await target.move("in"))?.reached, { [kind]: null }, "what was reached is written with the page");
  }
  await target.clear();
  for (const kind of kinds) t.notOk(await target.has(kind), kind);
  t.ok(await target.move("in"), "the mark stays");
});

test("a file with a mark is opened by nobody else", async (t) => {
  const file = await newFile(t);
  const dump = await opened(t, file);
  const move: Move = { id: "1", other: "mongodb://db/furrow", startedAt: 0, finishedAt: null, reached: {} };
  await dump.mark("in", move);
  await t.rejects(openStore(t, { file }), {
    message: `${file} holds a part of mongodb://db/furrow only, whose move began at 1970-01-01T00:00:00.000Z: run \`furrow migrate store --to …\` again on that one to finish it`,
  });
  await dump.mark("in", undefined);
  await dump.mark("out", move);
  await t.rejects(openStore(t, { file }), { message: /is being moved to mongodb:\/\/db\/furrow since 1970/ });
  await dump.mark("out", { ...move, finishedAt: 1 });
  await t.rejects(openStore(t, { file }), {
    message: /was moved to .* its sendings go on there.*furrow migrate reopen/,
  });
  await dump.mark("out", undefined);
  await openStore(t, { file });
});

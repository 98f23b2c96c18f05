import { test } from "tap";
import { storeSuite } from "../../../../core/contracts/suites/store.js";
import type { Database } from "../../../../core/stores/sqlite/database.js";
import { openSqliteStore } from "../../../../core/stores/sqlite/sqlite-store.js";

/** Everything that the shared suite makes the store ask for. */
async function statements(): Promise<string[]> {
  const texts = new Set<string>();
  const bodies: (() => Promise<void>)[] = [];
  storeSuite(
    (_, body) => bodies.push(body),
    async () => {
      const store = await openSqliteStore({ file: ":memory:" });
      const close = async () => {
        for (const text of store.database.texts) texts.add(text);
        await store.close();
      };
      return { subject: store, close };
    },
  );
  for (const body of bodies) await body();
  return [...texts].filter((text) => /^\s*(SELECT|INSERT|UPDATE|DELETE)/.test(text)).sort();
}

test("no statement walks through a table that can grow", async (t) => {
  const store = await openSqliteStore({ file: ":memory:" });
  t.teardown(() => store.close());
  const texts = await statements();
  t.ok(texts.length > 70, `${texts.length} statements were seen`);
  for (const text of texts) t.same(scans(store.database, text), [], text);
});

test("a statement that does is noticed", async (t) => {
  const store = await openSqliteStore({ file: ":memory:" });
  t.teardown(() => store.close());
  t.same(scans(store.database, "SELECT * FROM contacts WHERE title = ?"), ["SCAN contacts"]);
});

/** A list in a parameter, rows that an index has found already, and what does not grow. */
const short = /^SCAN (json_each|CONSTANT ROW|\(subquery-\d+\)|secrets|sqlite_master)/;

function scans(database: Database, text: string): string[] {
  const plan = database.statement<{ detail: string }>(`EXPLAIN QUERY PLAN ${text}`).all(...values(text));
  return plan.map(({ detail }) => detail).filter((detail) => detail.startsWith("SCAN") && !short.test(detail));
}

/** Something for each placeholder: the plan does not depend on it. */
function values(text: string): unknown[] {
  const names = [...text.matchAll(/@(\w+)/g)].map(([, name]) => [name, null]);
  return names.length > 0 ? [Object.fromEntries(names)] : [...text.matchAll(/\?/g)].map(() => null);
}

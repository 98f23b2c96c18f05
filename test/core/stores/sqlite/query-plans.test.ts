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

test("a list with a narrow filter is read by the index of that filter", async (t) => {
  const narrow = {
    contacts_by_email: "FROM contacts WHERE organization = ? AND email = ?",
    contacts_by_phone: "FROM contacts WHERE organization = ? AND phone = ?",
    contacts_by_location: "FROM contacts WHERE organization = ? AND location_id = ?",
    sendings_by_contact: "FROM sendings WHERE +organization = ? AND contact_id = ?",
    sendings_by_execution: "FROM sendings WHERE +organization = ? AND execution_id = ?",
    sendings_in_trouble: "FROM sendings WHERE organization = ? AND state = 'held'",
    outbox_by_recipient: "FROM outbox WHERE organization = ? AND recipient = ?",
    outbox_by_attempt: "FROM outbox WHERE +organization = ? AND sending_id = ?",
  };
  const store = await openSqliteStore({ file: ":memory:" });
  t.teardown(() => store.close());
  const texts = await statements();
  for (const [index, selection] of Object.entries(narrow)) {
    const lists = texts.filter((text) => text.startsWith(`SELECT * ${selection}`));
    t.not(lists.length, 0, selection);
    for (const text of lists) t.match(plan(store.database, text)[0], `INDEX ${index} `, text);
  }
});

test("a statement that does is noticed", async (t) => {
  const store = await openSqliteStore({ file: ":memory:" });
  t.teardown(() => store.close());
  t.same(scans(store.database, "SELECT * FROM contacts WHERE title = ?"), ["SCAN contacts"]);
});

/** A list in a parameter, rows that an index has found already, and what does not grow. */
const short = /^SCAN (json_each|CONSTANT ROW|\(subquery-\d+\)|secrets|sqlite_master)/;

function scans(database: Database, text: string): string[] {
  return plan(database, text).filter((detail) => detail.startsWith("SCAN") && !short.test(detail));
}

function plan(database: Database, text: string): string[] {
  const explain = database.statement<{ detail: string }>(`EXPLAIN QUERY PLAN ${text}`);
  return explain.all(...values(text)).map(({ detail }) => detail);
}

/** Something for each placeholder: the plan does not depend on it. */
function values(text: string): unknown[] {
  const names = [...text.matchAll(/@(\w+)/g)].map(([, name]) => [name, null]);
  return names.length > 0 ? [Object.fromEntries(names)] : [...text.matchAll(/\?/g)].map(() => null);
}

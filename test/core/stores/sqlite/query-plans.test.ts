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

test("what the intake asks for is found by the index that is made for it", async (t) => {
  const wanted: Record<string, string> = {
    "FROM inbox WHERE source = (? || '') AND due_at IS NOT NULL AND due_at <= (? + 0)": "inbox_waiting ",
    "AND lease_until IS NULL ORDER BY due_at LIMIT 1": "inbox_waiting ",
    "FROM inbox WHERE lease_until > 0 AND source": "inbox_leased ",
    "UPDATE inbox SET lease_until = NULL WHERE lease_until > 0": "inbox_leased ",
    "SELECT status, count(*)": "COVERING INDEX inbox_by_source ",
    "SELECT notes FROM inbox": "inbox_dead ",
    "FROM entities WHERE ended_due_at": "entities_ending ",
    "SELECT id FROM executions": "executions_by_entity ",
    "FROM sendings s WHERE s.execution_id IN": "sendings_by_execution ",
    "SELECT 1 FROM started": "PRIMARY KEY (contact_id=? AND organization=? AND source=? AND rule=?",
    "FROM mentions WHERE organization = ?": "PRIMARY KEY (organization=? AND address_hash=?",
    "FROM inbox INDEXED BY inbox_dead) WHERE organization = ? AND status = 'dead' ORDER BY": "inbox_dead ",
    "FROM inbox) WHERE organization = ? AND source = ? ORDER BY": "inbox_by_source ",
  };
  const store = await openSqliteStore({ file: ":memory:" });
  t.teardown(() => store.close());
  const texts = await statements();
  for (const [part, index] of Object.entries(wanted)) {
    const found = texts.filter((text) => text.replaceAll(/\s+/g, " ").includes(part));
    t.not(found.length, 0, part);
    for (const text of found) t.match(plan(store.database, text).join("\n"), index, text);
  }
});

test("a statement that does is noticed", async (t) => {
  const store = await openSqliteStore({ file: ":memory:" });
  t.teardown(() => store.close());
  t.same(scans(store.database, "SELECT * FROM contacts WHERE title = ?"), ["SCAN contacts"]);
});

/** A list in a parameter, rows that an index has found already, and what does not grow. */
const short = /^SCAN (json_each|CONSTANT ROW|\(subquery-\d+\)|secrets|sqlite_(master|schema))/;

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

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "tap";
import type { Store } from "../../../../core/contracts/store.js";
import { storeSuite } from "../../../../core/contracts/suites/store.js";
import type { Subject } from "../../../../core/contracts/suites/suite.js";
import { openSqliteStore } from "../../../../core/stores/sqlite/sqlite-store.js";

async function inFile(): Promise<Subject<Store>> {
  const folder = await mkdtemp(join(tmpdir(), "furrow-store-"));
  const subject = await openSqliteStore({ file: join(folder, "furrow.db") });
  return {
    subject,
    async close() {
      await subject.close();
      await rm(folder, { recursive: true });
    },
  };
}

async function inMemory(): Promise<Subject<Store>> {
  const subject = await openSqliteStore({ file: ":memory:" });
  return { subject, close: () => subject.close() };
}

storeSuite((name, body) => test(`file: ${name}`, body), inFile);
storeSuite((name, body) => test(`memory: ${name}`, body), inMemory);

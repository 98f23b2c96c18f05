import BetterSqlite from "better-sqlite3";
import { StoreUnavailable } from "../../contracts/errors.js";

/** A prepared statement with positional or named parameters. */
export type Statement = BetterSqlite.Statement<unknown[], unknown>;

interface Waiting {
  work: () => unknown;
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
}

/**
 * One connection to one SQLite file, with group commit: writes that wait at the same moment are committed by one transaction and one
 * sync. Everything in a `write` is synchronous and may be run twice, so it touches nothing but the database.
 */
export class Database {
  private readonly connection: BetterSqlite.Database;
  private readonly statements = new Map<string, Statement>();
  private waiting: Waiting[] = [];
  private closed = false;

  constructor(file: string, options: { busyTimeout: number }) {
    this.connection = new BetterSqlite(file, { timeout: options.busyTimeout });
    this.connection.pragma("journal_mode = WAL");
    this.connection.pragma("synchronous = FULL");
    this.connection.pragma("foreign_keys = ON");
    this.connection.pragma("secure_delete = ON");
    this.connection.pragma("wal_autocheckpoint = 0");
  }

  /** The prepared statement of this text, made once. */
  statement(sql: string): Statement {
    let found = this.statements.get(sql);
    if (!found) {
      found = this.connection.prepare<unknown[], unknown>(sql);
      this.statements.set(sql, found);
    }
    return found;
  }

  /** Runs `work` now, outside of any transaction of ours. Only for reading. */
  read<T>(work: () => T): Promise<T> {
    return new Promise((resolve) => resolve(translated(work)));
  }

  /** Runs `work` in a transaction that other waiting writes share; resolves when it is on the disk. If `work` throws, only it is undone. */
  write<T>(work: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.closed) throw new StoreUnavailable("The store is closed");
      this.waiting.push({ work, resolve: resolve as (value: unknown) => void, reject });
      if (this.waiting.length === 1) setImmediate(() => this.flush());
    });
  }

  /** Statements that cannot stand in a transaction, or that set the database up. */
  run(sql: string): unknown {
    return translated(() => this.connection.exec(sql));
  }

  pragma(text: string): unknown {
    return translated(() => this.connection.pragma(text));
  }

  /** Commits what waits, then closes the file. */
  close(): void {
    if (this.closed) return;
    this.flush();
    this.closed = true;
    this.connection.close();
  }

  private flush(): void {
    const batch = this.waiting;
    this.waiting = [];
    if (batch.length === 0) return;
    try {
      const values = this.transaction(() => batch.map(({ work }) => work()));
      batch.forEach(({ resolve }, index) => resolve(values[index]));
    } catch (cause) {
      if (batch.length === 1) batch[0]?.reject(cause);
      else for (const { work, resolve, reject } of batch) settle(() => this.transaction(work), resolve, reject);
    }
  }

  private transaction<T>(work: () => T): T {
    return translated(() => {
      this.statement("BEGIN IMMEDIATE").run();
      try {
        const value = work();
        this.statement("COMMIT").run();
        return value;
      } catch (cause) {
        // Some errors (disk full, I/O) have rolled the transaction back already.
        if (this.connection.inTransaction) this.statement("ROLLBACK").run();
        throw cause;
      }
    });
  }
}

function settle<T>(work: () => T, resolve: (value: T) => void, reject: (error: unknown) => void): void {
  try {
    resolve(work());
  } catch (cause) {
    reject(cause);
  }
}

const unavailable = /^SQLITE_(BUSY|LOCKED|FULL|IOERR|CANTOPEN|READONLY)/;

/** Runs `work`; SQLite's "not now" becomes `StoreUnavailable`. */
function translated<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof BetterSqlite.SqliteError && unavailable.test(cause.code)) {
      throw new StoreUnavailable(`The store cannot be used now (${cause.code})`, { cause });
    }
    throw cause;
  }
}

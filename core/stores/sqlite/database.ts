import BetterSqlite from "better-sqlite3";
import { StoreDamaged, StoreUnavailable } from "../../contracts/errors.js";
import type { Duration } from "../../contracts/model.js";
import { Pace } from "./pace.js";
import { isBusy, storeError } from "./sqlite-errors.js";

/** A prepared statement with positional or named parameters. */
export type Statement<Row = unknown> = BetterSqlite.Statement<unknown[], Row>;

export interface DatabaseOptions {
  /** How long SQLite itself waits for a lock: nothing else runs in the meantime. */
  busyTimeout?: Duration;
  /** How long a write may wait for the lock of another process. */
  patience?: Duration;
}

interface Waiting {
  work: () => unknown;
  since: number;
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
}

interface LogSize {
  /** 1 when somebody was in the way. */
  busy: number;
  /** Frames in the write-ahead log, a page each. */
  log: number;
}

/** After as many new frames (8 MB) the log is copied into the file, without waiting for anybody. */
const copyAfter = 2_000;
/** A log of as many frames (64 MB) is one that readers have kept from starting anew: it is emptied. */
const emptyAfter = 16_000;
/** Between two tries to get a lock that another process holds. */
const pause = 25;
/** How long a write that the disk refused counts: small ones may still fit where larger ones do not. */
const ailsFor = 2_000;

/**
 * One connection to one SQLite file, with group commit: writes that wait at the same moment are committed by one transaction and one
 * sync. Everything in a `write` is synchronous and may be run twice, so it touches nothing but the database. The write-ahead log is
 * copied into the file after the answers are out. Once SQLite has met damage, everything is refused with `StoreDamaged`.
 */
export class Database {
  private readonly connection: BetterSqlite.Database;
  private readonly statements = new Map<string, Statement>();
  private readonly patience: Duration;
  /** `undefined` in memory: there is no disk that a commit would wait for. */
  private readonly pace: Pace | undefined;
  private waiting: Waiting[] = [];
  private retry: NodeJS.Timeout | undefined;
  private copied = 0;
  private mustEmpty = false;
  private refusedAt = -Infinity;
  private damage: StoreDamaged | undefined;
  private closed = false;

  constructor(
    private readonly file: string,
    { busyTimeout = 50, patience = 5_000 }: DatabaseOptions = {},
  ) {
    this.patience = patience;
    this.pace = file === ":memory:" ? undefined : new Pace();
    this.connection = new BetterSqlite(file, { timeout: busyTimeout });
    try {
      this.pragma("journal_mode = WAL");
      this.pragma("synchronous = FULL");
      this.pragma("secure_delete = ON");
      this.pragma("wal_autocheckpoint = 0");
    } catch (cause) {
      this.connection.close();
      throw cause;
    }
  }

  /** The prepared statement of this text, made once. */
  statement<Row = unknown>(sql: string): Statement<Row> {
    let found = this.statements.get(sql);
    if (!found) {
      found = this.connection.prepare(sql);
      this.statements.set(sql, found);
    }
    return found as Statement<Row>;
  }

  /** The text of every statement that was prepared so far. */
  get texts(): string[] {
    return [...this.statements.keys()];
  }

  /** Runs `work` now, outside of any transaction of ours. Only for reading. */
  read<T>(work: () => T): Promise<T> {
    return new Promise((resolve) => {
      this.mustServe();
      resolve(this.attempt(work));
    });
  }

  /** Runs `work` in a transaction that other waiting writes share; resolves when it is on the disk. If `work` throws, only it is undone. */
  write<T>(work: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.mustServe();
      this.waiting.push({ work, since: performance.now(), resolve: resolve as (value: unknown) => void, reject });
      if (this.waiting.length === 1) this.soon();
    });
  }

  /** The disk has refused a write within the last two seconds. */
  get isAiling(): boolean {
    return performance.now() - this.refusedAt < ailsFor;
  }

  /** Statements that cannot stand in a transaction, or that set the database up. */
  run(sql: string): unknown {
    return this.attempt(() => this.connection.exec(sql));
  }

  pragma(text: string): unknown {
    return this.attempt(() => this.connection.pragma(text));
  }

  /**
   * Empties the write-ahead log, so that nothing that was overwritten is left in it. While other processes read from it, it is tried
   * again for as long as a write would wait, and after that whenever the log is copied.
   */
  async emptyLog(): Promise<void> {
    this.mustEmpty = true;
    const until = performance.now() + this.patience;
    while (!this.copyLog() && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, pause));
  }

  /** Commits what waits, then closes the file. What cannot be committed at once is rejected with `StoreUnavailable`. */
  close(): void {
    if (this.closed) return;
    this.flush();
    this.closed = true;
    clearTimeout(this.retry);
    for (const { reject } of this.waiting.splice(0)) reject(isClosed());
    this.connection.close();
  }

  private soon(): void {
    const wait = this.pace?.next() ?? 0;
    if (wait > 0) setTimeout(() => this.flush(), wait);
    else setImmediate(() => this.flush());
  }

  /** Commits all that waits. A work that throws is undone with the others, which are then run again without it. */
  private flush(): void {
    const batch = this.waiting.splice(0);
    if (batch.length === 0) return;
    while (batch.length > 0) {
      let current: Waiting | undefined;
      try {
        this.statement("BEGIN IMMEDIATE").run();
        const values: unknown[] = [];
        for (const waiting of batch) {
          current = waiting;
          values.push(waiting.work());
        }
        current = undefined;
        this.statement("COMMIT").run();
        batch.splice(0).forEach(({ resolve }, index) => resolve(values[index]));
      } catch (cause) {
        // Some errors (disk full, I/O) have rolled the transaction back already.
        if (this.connection.inTransaction) this.statement("ROLLBACK").run();
        if (current) batch.splice(batch.indexOf(current), 1)[0]?.reject(this.told(cause));
        else if (isBusy(cause)) this.postpone(batch.splice(0), cause);
        else for (const { reject } of batch.splice(0)) reject(this.told(cause));
      }
    }
    if (this.isLogLong()) setImmediate(() => this.copyLog());
  }

  /** Another process holds the lock: those that still have patience wait, with the event loop free. */
  private postpone(batch: Waiting[], cause: unknown): void {
    const now = performance.now();
    for (const waiting of batch) {
      if (now - waiting.since < this.patience) this.waiting.push(waiting);
      else waiting.reject(this.told(cause));
    }
    if (this.waiting.length > 0) this.retry = setTimeout(() => this.flush(), pause);
  }

  private isLogLong(): boolean {
    try {
      const { log } = this.statement<LogSize>("PRAGMA wal_checkpoint(NOOP)").get() as LogSize;
      if (log < this.copied) this.copied = 0;
      return log - this.copied >= copyAfter;
    } catch (cause) {
      this.told(cause);
      return false;
    }
  }

  /** `false` while the log is to be emptied and is not. A copy that fails loses nothing: the next one makes up for it. */
  private copyLog(): boolean {
    if (this.closed) return true;
    const mode = this.mustEmpty || this.copied >= emptyAfter ? "TRUNCATE" : "PASSIVE";
    try {
      const [{ busy, log }] = this.pragma(`wal_checkpoint(${mode})`) as [LogSize];
      this.copied = log;
      if (mode === "TRUNCATE" && busy === 0) this.mustEmpty = false;
    } catch {
      this.copied = 0;
    }
    return !this.mustEmpty;
  }

  private mustServe(): void {
    if (this.closed) throw isClosed();
    if (this.damage) throw this.damage;
  }

  private attempt<T>(work: () => T): T {
    try {
      return work();
    } catch (cause) {
      throw this.told(cause);
    }
  }

  private told(cause: unknown): unknown {
    const error = storeError(cause, this.file);
    if (error instanceof StoreDamaged) this.damage = error;
    else if (error instanceof StoreUnavailable && !isBusy(cause)) this.refusedAt = performance.now();
    return error;
  }
}

function isClosed(): StoreUnavailable {
  return new StoreUnavailable("The store is closed");
}

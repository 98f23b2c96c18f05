import BetterSqlite from "better-sqlite3";
import { StoreDamaged, StoreUnavailable } from "../../contracts/errors.js";
import type { Duration } from "../../contracts/model.js";
import { isBusy, storeError, unconfirmed } from "./sqlite-errors.js";
import { WriteAheadLog } from "./write-ahead-log.js";

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
  /** Answered as soon as it is committed. */
  isClaim: boolean;
  since: number;
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
}

/** Committed, and not yet known to be on the disk. */
type Done = Pick<Waiting, "resolve" | "reject"> & { value: unknown };

/** Between two tries to get a lock that another process holds. */
const pause = 25;
/** How long a write that the disk refused counts: small ones may still fit where larger ones do not. */
const ailsFor = 2_000;

/**
 * One connection to one SQLite file, with group commit: writes that wait at the same moment are committed by one transaction, and answered
 * when a sync has brought it to the disk. What is read is answered then, too: nobody is told what a power cut could take back. Everything
 * in a `write` is synchronous and may be run twice, so it touches nothing but the database. Once SQLite has met damage, or a sync has
 * failed, everything is refused with `StoreDamaged`.
 */
export class Database {
  private readonly connection: BetterSqlite.Database;
  private readonly statements = new Map<string, Statement>();
  private readonly patience: Duration;
  /** `undefined` in memory: there is no disk that a commit would wait for. */
  private readonly log: WriteAheadLog | undefined;
  private waiting: Waiting[] = [];
  private retry: NodeJS.Timeout | undefined;
  /** What the sync under way confirms. */
  private confirming: Done[] | undefined;
  /** What the next one confirms; a commit that nobody waits for is in neither. */
  private unconfirmed: Done[] = [];
  /** Something was committed after the sync under way began, or since the last one. */
  private isAhead = false;
  private refusedAt = -Infinity;
  private damage: StoreDamaged | undefined;
  private closed = false;

  constructor(
    private readonly file: string,
    { busyTimeout = 50, patience = 5_000 }: DatabaseOptions = {},
  ) {
    this.patience = patience;
    const inMemory = file === ":memory:";
    this.connection = new BetterSqlite(file, { timeout: busyTimeout });
    this.log = inMemory ? undefined : new WriteAheadLog(this.connection, file);
    try {
      this.pragma("journal_mode = WAL");
      // Together with the sync after each commit this is FULL, without a COMMIT that stops the event loop.
      this.pragma("synchronous = NORMAL");
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
    return new Promise((resolve, reject) => {
      this.mustServe();
      const done: Done = { value: this.attempt(work), resolve: resolve as Done["resolve"], reject };
      if (this.isAhead) this.unconfirmed.push(done);
      else if (this.confirming) this.confirming.push(done);
      else done.resolve(done.value);
      this.sync();
    });
  }

  /** As `read`, and answered at once: for what only decides and is told to nobody. */
  look<T>(work: () => T): Promise<T> {
    return new Promise((resolve) => {
      this.mustServe();
      resolve(this.attempt(work));
    });
  }

  /** Runs `work` in a transaction that other waiting writes share; resolves when it is on the disk. If `work` throws, only it is undone. */
  write<T>(work: () => T): Promise<T> {
    return this.enqueue(work, false);
  }

  /** As `write`, and answered before it is on the disk: for claims and locks, which end with the process that holds them. */
  claim<T>(work: () => T): Promise<T> {
    return this.enqueue(work, true);
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
    const until = performance.now() + this.patience;
    for (let done = this.log?.empty() ?? true; !done && performance.now() < until; done = this.log?.copy() ?? true) {
      await new Promise((resolve) => setTimeout(resolve, pause));
      if (this.closed) return;
    }
  }

  /** Commits what waits, then closes the file. What cannot be committed at once is rejected with `StoreUnavailable`. */
  close(): void {
    if (this.closed) return;
    this.commit(this.waiting.splice(0));
    this.closed = true;
    clearTimeout(this.retry);
    for (const { reject } of this.waiting.splice(0)) reject(isClosed());
    const batch = [...(this.confirming ?? []), ...this.unconfirmed.splice(0)];
    if (batch.length > 0) this.confirm(batch, () => this.log?.syncNow());
    if (!this.confirming) this.log?.close();
    this.connection.close();
  }

  private enqueue<T>(work: () => T, isClaim: boolean): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.mustServe();
      const since = performance.now();
      this.waiting.push({ work, isClaim, since, resolve: resolve as Waiting["resolve"], reject });
      if (this.waiting.length === 1) setImmediate(() => this.flush());
    });
  }

  /** Commits all that waits. */
  private flush(): void {
    this.commit(this.waiting.splice(0));
    this.sync();
    if (this.isLogLong()) setImmediate(() => this.closed || this.log?.copy());
  }

  /** Begins a sync if somebody waits for one and none is under way. */
  private sync(): void {
    if (this.confirming || this.unconfirmed.length === 0) return;
    const batch = (this.confirming = this.unconfirmed);
    this.unconfirmed = [];
    this.isAhead = false;
    const ended = (outcome: () => void): void => {
      this.confirming = undefined;
      if (this.closed) this.log?.close();
      else this.confirm(batch, outcome);
      this.sync();
    };
    if (!this.log) return ended(() => undefined);
    void this.log.sync().then(
      () => ended(() => undefined),
      (cause: unknown) =>
        ended(() => {
          throw cause;
        }),
    );
  }

  /** Answers what was committed, once `synced` says that the disk has it. */
  private confirm(batch: readonly Done[], synced: () => void): void {
    try {
      synced();
      for (const { resolve, value } of batch) resolve(value);
    } catch (cause) {
      this.damage ??= unconfirmed(this.file, cause);
      for (const { reject } of batch) reject(this.damage);
    }
  }

  /** Commits all of `batch` that can be. A work that throws is undone with the others, which are then run again without it. */
  private commit(batch: Waiting[]): void {
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
        this.isAhead = true;
        batch.splice(0).forEach(({ isClaim, resolve, reject }, index) => {
          if (isClaim) resolve(values[index]);
          else this.unconfirmed.push({ resolve, reject, value: values[index] });
        });
      } catch (cause) {
        // Some errors (disk full, I/O) have rolled the transaction back already.
        if (this.connection.inTransaction) this.statement("ROLLBACK").run();
        if (current) batch.splice(batch.indexOf(current), 1)[0]?.reject(this.told(cause));
        else if (isBusy(cause)) this.postpone(batch.splice(0), cause);
        else for (const { reject } of batch.splice(0)) reject(this.told(cause));
      }
    }
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
      return this.log?.isLong() ?? false;
    } catch (cause) {
      this.told(cause);
      return false;
    }
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

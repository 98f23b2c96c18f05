import { closeSync, fdatasync, fdatasyncSync, openSync } from "node:fs";
import type BetterSqlite from "better-sqlite3";

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
/** Its length is asked for once in as many commits: to ask costs as much as a small one. */
const askEvery = 64;

/**
 * SQLite's write-ahead log of one connection: brought to the disk by another thread, so that the event loop goes on meanwhile, and copied
 * into the file when it has grown. With `synchronous = NORMAL` SQLite itself syncs it only before it copies; `sync` is the sync that
 * `synchronous = FULL` would make within each COMMIT.
 */
export class WriteAheadLog {
  private descriptor: number | undefined;
  private copied = 0;
  private commits = 0;
  /** Nothing that was overwritten may stay in it. */
  private mustEmpty = false;

  constructor(
    private readonly connection: Pick<BetterSqlite.Database, "pragma">,
    private readonly file: string,
  ) {}

  /**
   * Resolves when all that was committed before is on the disk. When it rejects, nobody can say what the disk holds, and another try
   * would not tell (https://lwn.net/Articles/752063/).
   */
  sync(): Promise<void> {
    return new Promise((resolve, reject) => {
      fdatasync(this.open(), (cause) => (cause ? reject(cause) : resolve()));
    });
  }

  /** As `sync`, and waits for it. */
  syncNow(): void {
    fdatasyncSync(this.open());
  }

  /** To be asked after each commit: whether it is time to copy. Throws what SQLite throws. */
  isLong(): boolean {
    this.commits += 1;
    if (this.mustEmpty) return true;
    if (this.commits % askEvery !== 0) return false;
    const { log } = this.checkpoint("NOOP");
    if (log < this.copied) this.copied = 0;
    return log - this.copied >= copyAfter;
  }

  /** `false` while it is to be emptied and is not. A copy that fails loses nothing: the next one makes up for it. */
  copy(): boolean {
    const mode = this.mustEmpty || this.copied >= emptyAfter ? "TRUNCATE" : "PASSIVE";
    try {
      const { busy, log } = this.checkpoint(mode);
      this.copied = log;
      if (mode === "TRUNCATE" && busy === 0) this.mustEmpty = false;
    } catch {
      this.copied = 0;
    }
    return !this.mustEmpty;
  }

  /** From now on each copy tries to leave it empty, until one has; answers as `copy`. */
  empty(): boolean {
    this.mustEmpty = true;
    return this.copy();
  }

  /** Not while a `sync` is under way. */
  close(): void {
    if (this.descriptor !== undefined) closeSync(this.descriptor);
    this.descriptor = undefined;
  }

  private checkpoint(mode: "NOOP" | "PASSIVE" | "TRUNCATE"): LogSize {
    const [size] = this.connection.pragma(`wal_checkpoint(${mode})`) as [LogSize];
    return size;
  }

  /** It lives as long as a connection to its database. SQLite holds no lock on it that closing it here could lose. */
  private open(): number {
    return (this.descriptor ??= openSync(`${this.file}-wal`, "r+"));
  }
}

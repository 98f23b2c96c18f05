/**
 * The table of Agenda's jobs. `key` names an alarm within its job name and is null for every other job; `again_at` is the earliest time
 * that was set while the row was locked; `claims` counts the locks, so that the holder of a lapsed lock is told from the next one.
 */
export const jobsSchema = `
CREATE TABLE IF NOT EXISTS jobs (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  key TEXT,
  type TEXT NOT NULL DEFAULT 'normal',
  priority INTEGER NOT NULL DEFAULT 0,
  data TEXT,
  next_run_at INTEGER,
  again_at INTEGER,
  locked_at INTEGER,
  claims INTEGER NOT NULL DEFAULT 0,
  disabled INTEGER NOT NULL DEFAULT 0,
  last_run_at INTEGER,
  last_finished_at INTEGER,
  failed_at INTEGER,
  fail_count INTEGER,
  fail_reason TEXT,
  progress REAL,
  repeat_interval TEXT,
  repeat_timezone TEXT,
  repeat_at TEXT,
  start_date INTEGER,
  end_date INTEGER,
  skip_days TEXT,
  fork INTEGER,
  debounce_started_at INTEGER,
  last_modified_by TEXT,
  UNIQUE (name, key)
) STRICT;
CREATE INDEX IF NOT EXISTS jobs_due ON jobs (name, next_run_at, priority DESC)
  WHERE locked_at IS NULL AND disabled = 0 AND next_run_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS jobs_locked ON jobs (name, locked_at) WHERE locked_at IS NOT NULL;
`;

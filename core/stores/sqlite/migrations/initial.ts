/**
 * Version 1. Ids are UUIDv7 text, so that rows of one time lie together; times are milliseconds, objects are JSON. Tables with small rows
 * are clustered by their key; those with large texts are not. What is kept per sending starts with the sending's id.
 */
export const initial = `
CREATE TABLE secrets (
  name TEXT PRIMARY KEY,
  value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE contacts (
  id TEXT PRIMARY KEY,
  organization TEXT NOT NULL,
  email TEXT NOT NULL,
  address_hash BLOB NOT NULL,
  first_name TEXT,
  last_name TEXT,
  phone TEXT,
  title TEXT,
  preferred_language TEXT,
  time_zone TEXT,
  location_id TEXT,
  custom_fields TEXT NOT NULL,
  tags TEXT NOT NULL,
  unsubscribed INTEGER NOT NULL,
  search TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX contacts_by_email ON contacts (organization, email);
CREATE INDEX contacts_by_age ON contacts (organization, created_at);
CREATE INDEX contacts_by_phone ON contacts (organization, phone, created_at) WHERE phone IS NOT NULL;
CREATE INDEX contacts_by_location ON contacts (organization, location_id, created_at) WHERE location_id IS NOT NULL;

CREATE TABLE suppressions (
  organization TEXT NOT NULL,
  address_hash BLOB NOT NULL,
  reason TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (organization, address_hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE sequences (
  id TEXT PRIMARY KEY,
  organization TEXT NOT NULL,
  key TEXT NOT NULL,
  name TEXT NOT NULL,
  status TEXT NOT NULL,
  version INTEGER NOT NULL,
  purpose TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sequences_by_key ON sequences (organization, key);

CREATE TABLE sequence_versions (
  sequence_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  definition TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (sequence_id, version)
) STRICT;

CREATE TABLE executions (
  id TEXT PRIMARY KEY,
  organization TEXT NOT NULL,
  sequence_id TEXT NOT NULL,
  sequence_version INTEGER NOT NULL,
  source TEXT NOT NULL,
  event_id TEXT,
  entity TEXT,
  status TEXT NOT NULL,
  contacts_processed INTEGER NOT NULL,
  sendings_created INTEGER NOT NULL,
  start_at INTEGER NOT NULL,
  -- At or before the due time of each of its open, unparked sendings: it may be too early, never too late.
  due_at INTEGER,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX executions_by_due ON executions (due_at) WHERE due_at IS NOT NULL;

CREATE TABLE sendings (
  id TEXT PRIMARY KEY,
  organization TEXT NOT NULL,
  execution_id TEXT NOT NULL,
  sequence_id TEXT NOT NULL,
  sequence_version INTEGER NOT NULL,
  purpose TEXT NOT NULL,
  contact_id TEXT NOT NULL,
  location_id TEXT,
  employee_id TEXT,
  entity TEXT,
  context TEXT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT,
  step_index INTEGER NOT NULL,
  step_id TEXT,
  stage TEXT NOT NULL,
  due_at INTEGER,
  parked_on TEXT,
  deferrals INTEGER NOT NULL,
  doubts INTEGER NOT NULL,
  handed_over INTEGER NOT NULL DEFAULT 0,
  -- Set while it is claimed. The claim holds until lease_until.
  attempt_id TEXT,
  lease_until INTEGER,
  -- How many notes it has.
  notes INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sendings_by_age ON sendings (organization, created_at);
CREATE INDEX sendings_in_trouble ON sendings (organization, created_at) WHERE state = 'held' OR state = 'failed';
CREATE INDEX sendings_by_execution ON sendings (execution_id);
CREATE INDEX sendings_by_contact ON sendings (contact_id, sequence_id, created_at);
CREATE INDEX sendings_parked ON sendings (parked_on, due_at) WHERE parked_on IS NOT NULL;
CREATE INDEX sendings_leased ON sendings (lease_until) WHERE lease_until IS NOT NULL;

CREATE TABLE notes (
  sending_id TEXT NOT NULL,
  number INTEGER NOT NULL,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  step_id TEXT,
  reason TEXT,
  note TEXT,
  PRIMARY KEY (sending_id, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE attempts (
  sending_id TEXT NOT NULL,
  id TEXT NOT NULL,
  step_id TEXT NOT NULL,
  channel TEXT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT,
  provider_id TEXT,
  claimed_at INTEGER NOT NULL,
  calling_at INTEGER NOT NULL,
  settled_at INTEGER,
  -- How many of the sending's notes come before it when the times are equal.
  after_notes INTEGER NOT NULL,
  PRIMARY KEY (sending_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX attempts_calling ON attempts (calling_at) WHERE state = 'calling';

CREATE TABLE answers (
  id INTEGER PRIMARY KEY,
  organization TEXT NOT NULL,
  key TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  execution_id TEXT NOT NULL,
  body TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX answers_by_key ON answers (organization, key);
CREATE INDEX answers_by_execution ON answers (execution_id);
CREATE INDEX answers_by_age ON answers (created_at);

-- Contacts that an answer names although they have no sending in its execution.
CREATE TABLE answer_contacts (
  answer_id INTEGER NOT NULL,
  contact_id TEXT NOT NULL,
  PRIMARY KEY (answer_id, contact_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX answer_contacts_by_contact ON answer_contacts (contact_id);

CREATE TABLE outbox (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  organization TEXT NOT NULL,
  at INTEGER NOT NULL,
  sending_id TEXT NOT NULL,
  step_id TEXT NOT NULL,
  attempt_id TEXT NOT NULL,
  channel TEXT NOT NULL,
  recipient TEXT NOT NULL,
  sender TEXT,
  reply_to TEXT,
  subject TEXT NOT NULL,
  text TEXT NOT NULL,
  html TEXT,
  headers TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX outbox_by_attempt ON outbox (sending_id, attempt_id);
CREATE INDEX outbox_by_age ON outbox (at);
CREATE INDEX outbox_by_organization ON outbox (organization, at);
CREATE INDEX outbox_by_recipient ON outbox (organization, recipient, at);

-- A channel without a row takes messages.
CREATE TABLE paused_channels (
  name TEXT PRIMARY KEY,
  reason TEXT NOT NULL,
  since INTEGER NOT NULL,
  probe_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE api_keys (
  id TEXT PRIMARY KEY,
  organization TEXT NOT NULL,
  name TEXT NOT NULL,
  hash TEXT NOT NULL,
  scopes TEXT NOT NULL,
  active INTEGER NOT NULL,
  expires_at INTEGER,
  last_used_at INTEGER,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX api_keys_by_hash ON api_keys (hash);
CREATE INDEX api_keys_by_age ON api_keys (organization, created_at);
`;

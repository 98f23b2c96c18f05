/**
 * Version 3: events of sources and what they are about. An event's row is what knows its delivery again. An entity is found by any of its
 * keys, so that what was started under one of them is found by the others.
 */
export const inbox = `
CREATE TABLE inbox (
  id TEXT PRIMARY KEY,
  organization TEXT NOT NULL,
  source TEXT NOT NULL,
  delivery_id TEXT NOT NULL,
  type TEXT NOT NULL,
  status TEXT NOT NULL,
  reason TEXT,
  occurred_at INTEGER,
  received_at INTEGER NOT NULL,
  headers TEXT NOT NULL,
  query TEXT NOT NULL,
  body BLOB NOT NULL,
  commands TEXT NOT NULL,
  execution_ids TEXT NOT NULL,
  notes TEXT NOT NULL,
  replay_of TEXT,
  failures INTEGER NOT NULL,
  -- Set while it waits for the intake. A claim holds until lease_until.
  due_at INTEGER,
  lease_until INTEGER,
  -- 1: a person in it was forgotten, and nothing that the intake says of it is kept.
  forgotten INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX inbox_by_delivery ON inbox (organization, source, delivery_id);
CREATE INDEX inbox_by_age ON inbox (organization, received_at);
CREATE INDEX inbox_by_source ON inbox (organization, source, received_at, status);
CREATE INDEX inbox_dead ON inbox (organization, source, received_at) WHERE status = 'dead';
CREATE INDEX inbox_waiting ON inbox (source, due_at, id) WHERE due_at IS NOT NULL;
CREATE INDEX inbox_leased ON inbox (lease_until, source) WHERE lease_until IS NOT NULL;
CREATE INDEX inbox_settled ON inbox (received_at) WHERE due_at IS NULL;

CREATE TABLE refused (
  id TEXT PRIMARY KEY,
  organization TEXT NOT NULL,
  source TEXT NOT NULL,
  at INTEGER NOT NULL,
  reason TEXT NOT NULL,
  remote TEXT NOT NULL,
  headers TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX refused_by_source ON refused (organization, source, at);
CREATE INDEX refused_by_age ON refused (at);

CREATE TABLE entities (
  id INTEGER PRIMARY KEY,
  organization TEXT NOT NULL,
  source TEXT NOT NULL,
  key TEXT NOT NULL,
  kind TEXT NOT NULL,
  status TEXT,
  starts_at INTEGER,
  ends_at INTEGER,
  data TEXT NOT NULL,
  version INTEGER,
  updated_at INTEGER NOT NULL,
  ended_delay INTEGER,
  told_end INTEGER,
  ended_due_at INTEGER
) STRICT;
CREATE INDEX entities_ending ON entities (ended_due_at, id) WHERE ended_due_at IS NOT NULL;

CREATE TABLE entity_keys (
  organization TEXT NOT NULL,
  source TEXT NOT NULL,
  key TEXT NOT NULL,
  entity_id INTEGER NOT NULL,
  -- 1: of a booking that another one took the place of.
  replaced INTEGER NOT NULL,
  PRIMARY KEY (organization, source, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX entity_keys_by_entity ON entity_keys (entity_id);

-- Business keys. An entity of '' is none.
CREATE TABLE started (
  contact_id TEXT NOT NULL,
  organization TEXT NOT NULL,
  source TEXT NOT NULL,
  rule TEXT NOT NULL,
  entity TEXT NOT NULL,
  PRIMARY KEY (contact_id, organization, source, rule, entity)
) STRICT, WITHOUT ROWID;

-- Which events ('event') and entities ('entity') name an address, so that a person can be found in them and forgotten.
CREATE TABLE mentions (
  organization TEXT NOT NULL,
  address_hash BLOB NOT NULL,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  PRIMARY KEY (organization, address_hash, kind, subject)
) STRICT, WITHOUT ROWID;
CREATE INDEX mentions_by_subject ON mentions (kind, subject);

-- What a person made of a source; one without a row is what its file says.
CREATE TABLE source_states (
  organization TEXT NOT NULL,
  source TEXT NOT NULL,
  state TEXT NOT NULL,
  since INTEGER NOT NULL,
  PRIMARY KEY (organization, source)
) STRICT, WITHOUT ROWID;

CREATE INDEX executions_by_entity ON executions (organization, source, entity) WHERE entity IS NOT NULL;
`;

import type { Kind } from "../../contracts/dump.js";
import { searchText } from "./contact-rows.js";
import { columns, type Column, type Row } from "./dump-columns.js";

/** Rows that belong to one row of the table of a kind, and stand in its record as a list. */
export interface Part {
  /** Of the record. */
  readonly field: string;
  readonly table: string;
  /** The column that names the row they belong to. */
  readonly parent: string;
  /** Columns that are the same in each of them, with their SQL. */
  readonly constant?: Readonly<Record<string, string>>;
  /** From the record that they belong to. */
  readonly inherited?: readonly Column[];
  /** A single column makes a list of values, several make a list of records. */
  readonly columns: readonly Column[];
  readonly order: string;
  /** The column of the order counts from 1, and is no part of the record. */
  readonly isCounted?: boolean;
}

/** Where a kind of record lies. */
export interface Table {
  readonly table: string;
  /** Columns of the primary key, in whose order the records are read. */
  readonly key: readonly string[];
  readonly columns: readonly Column[];
  readonly parts: readonly Part[];
  /** Columns that are made of the record, or of its parts. */
  readonly derived: Readonly<Record<string, (record: Row) => unknown>>;
  /** The key is a number that the table gives. */
  readonly isNumbered: boolean;
}

/** Every table but those of alarms and marks, as records of the dump. */
export const dumpTables: Readonly<Record<Kind, Table>> = {
  secrets: table("secrets", "name value:bytes", { key: ["name"] }),
  sequences: table("sequences", "id organization key name status version purpose createdAt updatedAt", {
    parts: [
      {
        field: "versions",
        table: "sequence_versions",
        parent: "sequence_id",
        columns: columns("version definition:json createdAt"),
        order: "version",
      },
    ],
  }),
  apiKeys: table("api_keys", "id organization name hash scopes:json active:flag expiresAt lastUsedAt createdAt"),
  pausedChannels: table("paused_channels", "name reason since probeAt", { key: ["name"] }),
  sourceStates: table("source_states", "organization source state since", { key: ["organization", "source"] }),
  suppressions: table("suppressions", "organization addressHash:bytes reason createdAt", {
    key: ["organization", "address_hash"],
  }),
  contacts: table(
    "contacts",
    `id organization email addressHash:bytes firstName lastName phone title preferredLanguage timeZone locationId customFields:json
     tags:json unsubscribed:flag createdAt updatedAt`,
    { derived: { search: (record) => searchText(record as unknown as Parameters<typeof searchText>[0]) } },
  ),
  executions: table(
    "executions",
    `id organization sequenceId sequenceVersion source eventId entity status contactsProcessed sendingsCreated startAt dueAt
     createdAt`,
  ),
  sendings: table(
    "sendings",
    `id organization executionId sequenceId sequenceVersion purpose contactId locationId employeeId entity context:json state reason
     stepIndex stepId stage dueAt parkedOn deferrals doubts handedOver attemptId leaseUntil createdAt updatedAt`,
    {
      parts: [
        {
          field: "notes",
          table: "notes",
          parent: "sending_id",
          columns: columns("at kind stepId reason note"),
          order: "number",
          isCounted: true,
        },
        {
          field: "attempts",
          table: "attempts",
          parent: "sending_id",
          columns: columns("id stepId channel state reason providerId claimedAt callingAt settledAt afterNotes"),
          order: "id",
        },
      ],
      derived: { notes: ({ notes }) => (notes as unknown[]).length },
    },
  ),
  answers: table("answers", "organization key fingerprint executionId body createdAt", {
    numbered: "id",
    parts: [
      {
        field: "contactIds",
        table: "answer_contacts",
        parent: "answer_id",
        columns: columns("contactId"),
        order: "contact_id",
      },
    ],
  }),
  outbox: table(
    "outbox",
    "id organization at sendingId stepId attemptId channel to=recipient from=sender replyTo subject text html headers:json",
    { numbered: "number" },
  ),
  events: table(
    "inbox",
    `id organization source deliveryId type status reason occurredAt receivedAt headers:json query body:bytes commands:json
     executionIds:json notes:json replayOf failures dueAt leaseUntil forgotten:flag`,
    { parts: [mentions("event")] },
  ),
  refused: table("refused", "id organization source at reason remote headers:json"),
  entities: table(
    "entities",
    "organization source key kind status startsAt endsAt data:json version updatedAt endedDelay toldEnd endedDueAt",
    {
      numbered: "id",
      parts: [
        {
          field: "keys",
          table: "entity_keys",
          parent: "entity_id",
          inherited: columns("organization source"),
          columns: columns("key replaced:flag"),
          order: "key",
        },
        mentions("entity"),
      ],
    },
  ),
  started: table("started", "contactId organization source rule entity:orEmpty", {
    key: ["contact_id", "organization", "source", "rule", "entity"],
  }),
};

function table(
  name: string,
  words: string,
  rest: { key?: string[]; numbered?: string; parts?: Part[]; derived?: Table["derived"] } = {},
): Table {
  const { numbered, key = [numbered ?? "id"], parts = [], derived = {} } = rest;
  return { table: name, key, columns: columns(words), parts, derived, isNumbered: numbered !== undefined };
}

function mentions(kind: "event" | "entity"): Part {
  return {
    field: "addressHashes",
    table: "mentions",
    parent: "subject",
    constant: { kind: `'${kind}'` },
    inherited: columns("organization"),
    columns: columns("addressHash:bytes"),
    order: "address_hash",
  };
}

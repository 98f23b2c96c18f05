import { Binary } from "mongodb";
import type { Kind, Stored } from "../../contracts/dump.js";
import type { JsonObject, SequenceDefinition } from "../../contracts/model.js";
import { contactDocument, contactOf } from "./contact-documents.js";
import type * as documents from "./documents.js";
import { idOf } from "./documents.js";
import { apart, together } from "./dump-history.js";
import { entityDocument, entityRecord } from "./dump-entities.js";
import { executionOf, sendingOf } from "./sending-documents.js";

/** The documents of each kind, in the collection of the same name in the dump's `collections`. */
export interface Documents {
  secrets: documents.SecretDocument;
  sequences: documents.SequenceDocument & { versions: documents.SequenceVersionDocument[] };
  apiKeys: documents.ApiKeyDocument;
  pausedChannels: documents.PausedChannelDocument;
  sourceStates: documents.SourceStateDocument;
  suppressions: documents.SuppressionDocument;
  contacts: documents.ContactDocument;
  executions: documents.ExecutionDocument;
  sendings: documents.SendingDocument;
  answers: documents.AnswerDocument;
  outbox: documents.OutboxDocument;
  events: documents.InboxDocument;
  refused: documents.RefusedDocument;
  entities: documents.EntityDocument;
  started: documents.StartedDocument;
}

/** There and back, of one kind. */
interface Ways<K extends Kind> {
  document(record: Stored[K]): Documents[K];
  record(document: Documents[K]): Stored[K];
}

/** A claim whose call is under way was noted by some write, which nobody asks for any more. */
const moved = "moved";

export const ways: { readonly [K in Kind]: Ways<K> } = {
  secrets: {
    document: ({ name, value }) => ({ _id: name, value: new Binary(value) }),
    record: ({ _id, value }) => ({ name: _id, value: bytesOf(value) }),
  },
  sequences: {
    document: ({ id, versions, ...sequence }) => ({
      _id: id,
      ...sequence,
      versions: versions.map(({ version, definition, createdAt }) => ({
        _id: idOf(id, version),
        sequenceId: id,
        version,
        definition: JSON.stringify(definition),
        createdAt,
      })),
    }),
    record: ({ _id, versions, ...sequence }) => ({
      id: _id,
      ...sequence,
      versions: versions.map(({ version, definition, createdAt }) => ({
        version,
        definition: JSON.parse(definition) as SequenceDefinition,
        createdAt,
      })),
    }),
  },
  apiKeys: { document: ({ id, ...key }) => ({ _id: id, ...key }), record: ({ _id, ...key }) => ({ id: _id, ...key }) },
  pausedChannels: {
    document: ({ name, ...pause }) => ({ _id: name, ...pause }),
    record: ({ _id, ...pause }) => ({ name: _id, ...pause }),
  },
  sourceStates: {
    document: ({ organization, source, ...state }) => ({ _id: idOf(organization, source), ...state }),
    record: ({ _id, ...state }) => ({ ...named(_id, "organization", "source"), ...state }),
  },
  suppressions: {
    document: ({ organization, addressHash, ...rest }) => ({ _id: idOf(organization, textOf(addressHash)), ...rest }),
    record({ _id, ...rest }) {
      const { organization, hash } = named(_id, "organization", "hash");
      return { organization, addressHash: hashOf(hash), ...rest };
    },
  },
  contacts: {
    document: ({ addressHash, ...contact }) => contactDocument(contact, { hash: () => textOf(addressHash) }),
    record: (document) => ({ ...contactOf(document), addressHash: hashOf(document.addressHash) }),
  },
  executions: {
    document: ({ id, ...execution }) => ({ _id: id, ...execution, revision: 0 }),
    record: (document) => ({ ...executionOf(document), dueAt: document.dueAt }),
  },
  sendings: {
    document({ id, notes, attempts, context, ...sending }) {
      const open = attempts.filter(({ state }) => state === "calling");
      const own = open.find((attempt) => attempt.id === sending.attemptId);
      const lost = open.filter((attempt) => attempt !== own);
      return {
        _id: id,
        ...sending,
        ...(own ? { calledBy: moved, callingAt: own.callingAt } : { calledBy: null }),
        calls: lost.map(({ id: attemptId, callingAt }) => ({ attemptId, at: callingAt })),
        revision: 0,
        context: JSON.stringify(context),
        history: together({ notes, attempts }),
      };
    },
    record(document) {
      const { attemptId, leaseUntil, history } = document;
      return { ...sendingOf(document), attemptId, leaseUntil, ...apart(history) };
    },
  },
  answers: {
    document: ({ organization, key, contactIds, ...answer }) => ({
      _id: idOf(organization, key),
      ...answer,
      ...(contactIds.length > 0 ? { contactIds } : {}),
    }),
    record: ({ _id, contactIds = [], ...answer }) => ({
      ...named(_id, "organization", "key"),
      ...answer,
      contactIds: [...contactIds].sort(),
    }),
  },
  outbox: {
    document: ({ headers, ...message }) => ({
      _id: idOf(message.sendingId, message.attemptId),
      ...message,
      headers: JSON.stringify(headers),
    }),
    record: ({ _id, headers, ...message }) => ({ ...message, headers: JSON.parse(headers) as Record<string, string> }),
  },
  events: {
    document: ({ id, headers, body, commands, addressHashes, ...event }) => ({
      _id: id,
      ...event,
      executionIds: [...event.executionIds],
      notes: [...event.notes],
      headers: JSON.stringify(headers),
      body: new Binary(body),
      commands: JSON.stringify(commands),
      claimId: null,
      ...mentioned(addressHashes),
    }),
    record: ({ _id, headers, body, commands, mentions, claimId: _holder, ...event }) => ({
      id: _id,
      ...event,
      headers: JSON.parse(headers) as Record<string, string>,
      body: bytesOf(body),
      commands: JSON.parse(commands) as JsonObject[],
      addressHashes: hashesOf(mentions),
    }),
  },
  refused: {
    document: ({ id, headers, ...request }) => ({ _id: id, ...request, headers: JSON.stringify(headers) }),
    record: ({ _id, headers, ...request }) => ({
      id: _id,
      ...request,
      headers: JSON.parse(headers) as Record<string, string>,
    }),
  },
  entities: {
    document: ({ addressHashes, ...entity }) => ({ ...entityDocument(entity), ...mentioned(addressHashes) }),
    record: ({ mentions, ...document }) => ({ ...entityRecord(document), addressHashes: hashesOf(mentions) }),
  },
  started: {
    document: ({ contactId, organization, source, rule, entity }) => ({
      _id: idOf(contactId, organization, source, rule, entity ?? ""),
    }),
    record({ _id }) {
      const { entity, ...key } = named(_id, "contactId", "organization", "source", "rule", "entity");
      return { ...key, entity: entity === "" ? null : entity };
    },
  },
};

/** The texts that `idOf` made an id of. */
function named<Name extends string>(id: string, ...names: readonly Name[]): Record<Name, string> {
  const parts = JSON.parse(id) as string[];
  return Object.fromEntries(names.map((name, index) => [name, parts[index]])) as Record<Name, string>;
}

function mentioned(hashes: readonly Uint8Array[]): { mentions?: string[] } {
  return hashes.length > 0 ? { mentions: hashes.map(textOf) } : {};
}

/** In the order of their bytes. */
function hashesOf(mentions: readonly string[] = []): Uint8Array[] {
  return mentions.map(hashOf).sort((one, other) => Buffer.compare(one, other));
}

function textOf(hash: Uint8Array): string {
  return Buffer.from(hash).toString("base64");
}

function hashOf(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "base64"));
}

function bytesOf(binary: Binary): Uint8Array {
  return new Uint8Array(binary.value());
}

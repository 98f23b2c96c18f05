import { Binary } from "mongodb";
import type { InboxEvent, NewEvent, RefusedRequest } from "../../contracts/inbox.js";
import type { JsonObject } from "../../contracts/model.js";
import type { Addresses } from "./addresses.js";
import type { InboxDocument, RefusedDocument } from "./documents.js";
import { mentionsField, mentionsOf } from "./mentions.js";

export function eventOf({ body, ...document }: InboxDocument): InboxEvent {
  return { ...eventWithoutBody(document), body: new Uint8Array(body.value()) };
}

/** As a list has it. */
export function eventWithoutBody(document: Omit<InboxDocument, "body">): InboxEvent {
  return {
    id: document._id,
    organization: document.organization,
    source: document.source,
    deliveryId: document.deliveryId,
    type: document.type,
    status: document.status,
    reason: document.reason,
    occurredAt: document.occurredAt,
    receivedAt: document.receivedAt,
    headers: JSON.parse(document.headers) as Record<string, string>,
    query: document.query,
    body: new Uint8Array(),
    commands: JSON.parse(document.commands) as JsonObject[],
    executionIds: document.executionIds,
    notes: document.notes,
    replayOf: document.replayOf,
    failures: document.failures,
    dueAt: document.dueAt,
  };
}

/** Of an event that waits for the intake. */
export function eventDocument({ id, headers, body, ...event }: NewEvent, addresses: Addresses): InboxDocument {
  const { organization, source, deliveryId, type, occurredAt, receivedAt, query, replayOf, dueAt } = event;
  const texts = [new TextDecoder().decode(body), query, ...Object.values(headers)];
  return {
    _id: id,
    ...{ organization, source, deliveryId, type, occurredAt, receivedAt, query, replayOf, dueAt },
    ...{ headers: JSON.stringify(headers), body: new Binary(body) },
    ...{ status: "received", reason: null, commands: "[]", executionIds: [], notes: [], failures: 0 },
    ...{ leaseUntil: null, claimId: null, forgotten: false },
    ...mentionsField(mentionsOf(addresses, texts)),
  };
}

export function refusedOf({ _id, headers, ...request }: RefusedDocument): RefusedRequest {
  return { id: _id, ...request, headers: JSON.parse(headers) as Record<string, string> };
}

export function refusedDocument({ id, headers, ...request }: RefusedRequest): RefusedDocument {
  const { organization, source, at, reason, remote } = request;
  return { _id: id, ...{ organization, source, at, reason, remote }, headers: JSON.stringify(headers) };
}

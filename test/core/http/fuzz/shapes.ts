import { Ajv } from "ajv";

type Schema = object;

const text = { type: "string" };
const count = { type: "integer", minimum: 0 };
const uuid = { type: "string", pattern: "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$" };
const time = { type: "string", pattern: "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$" };
const free = { type: "object" };
const orNull = (schema: Schema): Schema => ({ anyOf: [schema, { type: "null" }] });
const listOf = (items: Schema): Schema => ({ type: "array", items });
const object = (properties: Record<string, Schema>, optional: readonly string[] = []): Schema => ({
  type: "object",
  additionalProperties: false,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
  properties,
});
const one = (data: Schema): Schema => object({ data });
const list = (item: Schema): Schema =>
  object({
    data: listOf(item),
    meta: object({ page: count, perPage: { ...count, maximum: 100 }, total: count, totalPages: count }),
  });

const contact = object({
  ...{
    id: uuid,
    email: text,
    firstName: orNull(text),
    lastName: orNull(text),
    phone: orNull(text),
    title: orNull(text),
  },
  ...{
    preferredLanguage: orNull(text),
    timeZone: orNull(text),
    locationId: orNull(uuid),
    contactOrganizationId: { type: "null" },
  },
  ...{ customFields: free, tags: listOf(text), unsubscribed: { type: "boolean" }, createdAt: time, updatedAt: time },
});
const place = {
  ...{ id: uuid, key: text, name: text, email: orNull(text), timeZone: orNull(text), country: orNull(text) },
  ...{ language: orNull(text), reviewLinks: free },
};
const sequence = object({
  ...{ id: uuid, key: text, name: text, status: { enum: ["draft", "active", "paused", "archived"] }, version: count },
  purpose: { enum: ["transactional", "marketing"] },
  settings: object({ reentry: orNull(object({ per: text, cooldown: orNull(text) })) }),
  steps: listOf({
    ...object({ id: text, type: text, when: orNull(text), delay: { type: "number", minimum: 0 } }),
    // And the settings of its type.
    additionalProperties: true,
  }),
  ...{ createdAt: time, updatedAt: time },
});
const entry = {
  ...{
    at: time,
    kind: text,
    stepId: orNull(text),
    attemptId: orNull(uuid),
    outcome: orNull(text),
    reason: orNull(text),
  },
  ...{ providerId: orNull(text), note: orNull(text) },
};
const sending = {
  ...{
    id: uuid,
    executionId: uuid,
    sequenceId: uuid,
    sequenceVersion: count,
    contactId: uuid,
    locationId: orNull(uuid),
  },
  ...{ employeeId: orNull(uuid), entity: orNull(text), reason: orNull(text), dueAt: orNull(time) },
  status: { enum: ["pending", "scheduled", "sent", "completed", "failed", "cancelled", "held"] },
  step: orNull(object({ id: text, type: orNull(text), index: count })),
  ...{ createdAt: time, updatedAt: time },
};
const execution = object({
  ...{ id: uuid, sequenceId: uuid, sequenceVersion: count, source: text, eventId: orNull(text), entity: orNull(text) },
  ...{ status: text, contactsProcessed: count, sendingsCreated: count, startAt: time, createdAt: time },
});
const channel = object({
  name: text,
  use: text,
  state: { enum: ["ok", "paused"] },
  reason: orNull(text),
  since: orNull(time),
});
const message = object({
  ...{ id: uuid, at: time, sendingId: uuid, stepId: text, channel: text, to: text, from: orNull(text) },
  ...{ replyTo: orNull(text), subject: text, text, html: orNull(text), headers: free },
});
const result = object(
  {
    email: text,
    contactId: orNull(uuid),
    sendingId: uuid,
    status: { enum: ["queued", "unsubscribed", "invalid", "duplicate", "cooldown"] },
    reason: text,
  },
  ["sendingId", "reason"],
);
const executed = object({
  ...{
    sequenceId: uuid,
    sequenceName: text,
    executionId: orNull(uuid),
    contactsProcessed: count,
    sendingsCreated: count,
  },
  results: listOf(result),
});

const source = object({
  ...{ name: text, use: text, connector: text, status: { enum: ["running", "paused", "stopped"] } },
  counts: object({ received: count, processed: count, ignored: count, dead: count, refused: count, waiting: count }),
  ...{ lastEventAt: orNull(time), lastError: orNull(text) },
});
const eventStatus = { enum: ["received", "processed", "ignored", "dead"] };
const event = {
  ...{ id: uuid, source: text, deliveryId: text, type: text, status: eventStatus, reason: orNull(text) },
  ...{ occurredAt: orNull(time), receivedAt: time, commands: listOf(free), executionIds: listOf(uuid) },
  ...{ notes: listOf(text), replayOf: orNull(uuid) },
};
const refusedRequest = object({
  ...{ id: uuid, source: text, at: time, remote: text, headers: free },
  reason: { enum: ["missing_signature", "bad_signature", "stale", "malformed", "too_large"] },
});
const replay = object(
  {
    ...{ eventId: uuid, commands: listOf(free), before: listOf(free), changed: { type: "boolean" } },
    ...{ status: eventStatus, reason: orNull(text), replayId: uuid, executionIds: listOf(uuid) },
  },
  ["replayId", "executionIds"],
);

/** Platforms are told what they can read; what is wrong with the address or the verb is told as everywhere. */
const door = "POST /webhooks/{source}";
const doorRefusals = [400, 401, 413, 503];

/** What each route answers when it does what it was asked for. A route without an entry answers a page or nothing. */
export const answers: Readonly<Record<string, Schema>> = {
  "POST /api/v1/sequences/{id}/execute": one(executed),
  "GET /api/v1/contacts": list(contact),
  "POST /api/v1/contacts": one(contact),
  "GET /api/v1/contacts/{id}": one(contact),
  "PATCH /api/v1/contacts/{id}": one(contact),
  "GET /api/v1/contacts/{id}/timeline": list(object({ ...entry, sendingId: uuid })),
  "POST /api/v1/contacts/{id}/erase": one({ type: "object", additionalProperties: count }),
  "GET /api/v1/sequences": list(sequence),
  "GET /api/v1/sequences/{id}": one(sequence),
  "GET /api/v1/sendings": list(object(sending)),
  "GET /api/v1/sendings/{id}": one(object({ ...sending, timeline: listOf(object(entry)) })),
  "POST /api/v1/sendings/{id}/cancel": one(object(sending)),
  "POST /api/v1/sendings/{id}/retry": one(object(sending)),
  "POST /api/v1/sendings/{id}/skip": one(object(sending)),
  "GET /api/v1/executions/{id}": one(execution),
  "POST /api/v1/executions/{id}/cancel": one(execution),
  "GET /api/v1/outbox": list(message),
  "GET /api/v1/locations": list(object(place)),
  "GET /api/v1/employees": list(object({ ...place, location: orNull(text) })),
  "GET /api/v1/channels": list(channel),
  "PUT /api/v1/channels/{name}/resume": one(channel),
  "GET /api/v1/sources": list(source),
  "GET /api/v1/sources/{name}": one(source),
  "GET /api/v1/sources/{name}/status": one(source),
  "GET /api/v1/sources/{name}/refused": list(refusedRequest),
  "PUT /api/v1/sources/{name}/pause": one(source),
  "PUT /api/v1/sources/{name}/resume": one(source),
  "PUT /api/v1/sources/{name}/stop": one(source),
  "GET /api/v1/events": list(object(event)),
  "GET /api/v1/events/{id}": one(object({ ...event, headers: free, body: text })),
  "POST /api/v1/events/{id}/replay": one(replay),
  "POST /api/v1/events/replay": one(object({ matched: count, people: count, results: listOf(replay) })),
  [door]: object({ received: { const: true } }),
  "GET /health/live": one(object({ status: { const: "live" } })),
  "GET /health/ready": one(object({ status: { const: "ready" } })),
};

/** The codes that may stand beside each status: contract §1 to §3. */
const codes: Readonly<Record<number, readonly string[]>> = {
  400: ["VALIDATION_ERROR"],
  401: ["MISSING_API_KEY", "INVALID_API_KEY_FORMAT", "INVALID_API_KEY"],
  404: ["NOT_FOUND"],
  405: ["METHOD_NOT_ALLOWED"],
  409: ["CONFLICT", "SEQUENCE_NOT_ACTIVE", "SEQUENCE_EMPTY"],
  413: ["PAYLOAD_TOO_LARGE"],
  415: ["UNSUPPORTED_MEDIA_TYPE"],
  422: ["NO_ELIGIBLE_CONTACTS", "UNKNOWN_LOCATION", "UNKNOWN_EMPLOYEE", "ENTITY_REQUIRED", "IDEMPOTENCY_KEY_REUSED"],
};

const ajv = new Ajv({ strict: true, allowUnionTypes: true });
const shapes = new Map(Object.entries(answers).map(([route, schema]) => [route, ajv.compile(schema)]));
const refusals = new Map(
  Object.entries(codes).map(([status, known]) => {
    const error = object({ code: { enum: known }, message: { ...text, minLength: 1 }, details: free }, ["details"]);
    return [Number(status), ajv.compile(object({ error }))];
  }),
);

const atTheDoor = ajv.compile(object({ error: { type: "string", pattern: "^[a-z_]+$" } }));

/** What is wrong with the JSON that `route` answered; `undefined` when it is as the contract has it. */
export function misshapen(route: string, status: number, body: unknown): string | undefined {
  const isDoor = route === door && doorRefusals.includes(status);
  const fits = isDoor ? atTheDoor : status < 400 ? shapes.get(route) : refusals.get(status);
  if (!fits) return status < 400 ? undefined : `${status} is not in the contract`;
  return fits(body) ? undefined : ajv.errorsText(fits.errors);
}

import { strict as assert } from "node:assert";
import { guestsOf, spellings, upsert, type Call, type Guest } from "./guests.js";
import { arrive } from "./life.js";
import { directory, scripts, type Script } from "./scripts.js";
import { byEmail, type Data, type Person, type Result, type World } from "./world.js";

/** How an execute call was answered. */
export type Told = { data: Data; replayed: boolean } | { code: string; details?: unknown };

interface Judged {
  guest: Guest;
  person: Person | undefined;
  status: "queued" | "unsubscribed" | "cooldown";
  reason?: string;
}

const form = /^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;

/** Checks what a call was told against what it ought to be told, then does to the world what the call does. Throws on a difference. */
export function accept(world: World, call: Call, told: Told): void {
  const script = scripts.find(({ key }) => key === call.sequence);
  if (!script) return refused(told, "NOT_FOUND");
  const kept = call.key === undefined || call.dryRun ? undefined : world.kept.get(call.key);
  if (kept && kept.fingerprint !== fingerprint(call)) return refused(told, "IDEMPOTENCY_KEY_REUSED");
  if (kept) return assert.deepEqual(told, { data: kept.data, replayed: true });
  const status = world.statuses.get(script.key);
  if (status !== "active") return refused(told, "SEQUENCE_NOT_ACTIVE", { status });
  if (script.steps.length === 0) return refused(told, "SEQUENCE_EMPTY");
  const unknown = unknownPlace(call);
  if (unknown) return refused(told, unknown.code, unknown.details);
  const judged = guestsOf(call).map((guest) => judge(world, script, guest));
  if (!judged.some(({ status }) => status === "queued")) {
    return refused(told, "NO_ELIGIBLE_CONTACTS", { results: results(call, judged, () => ({})) });
  }
  answered(world, script, call, judged, told);
}

/** The whole body of a call, but its key. */
export function fingerprint({ key: _key, ...body }: Call): string {
  return JSON.stringify(body);
}

function refused(told: Told, code: string, details?: unknown): void {
  assert.deepEqual(told, { code, ...(details === undefined ? {} : { details }) });
}

function unknownPlace(call: Call): { code: string; details: object } | undefined {
  for (const { locationId, employeeId } of [call, ...call.contacts]) {
    if (locationId !== undefined && !directory.location(locationId))
      return { code: "UNKNOWN_LOCATION", details: { locationId } };
    if (employeeId !== undefined && !directory.employee(employeeId))
      return { code: "UNKNOWN_EMPLOYEE", details: { employeeId } };
  }
  return undefined;
}

function judge(world: World, script: Script, guest: Guest): Judged {
  const person = byEmail(world, guest.email);
  const known = { guest, person };
  if (world.suppressed.has(guest.email)) return { ...known, status: "unsubscribed", reason: "suppressed" };
  if (person?.unsubscribed && script.purpose === "marketing")
    return { ...known, status: "unsubscribed", reason: "opted_out" };
  const counted = [...world.ways.values()]
    .filter(({ sequence, personId }) => sequence === script.key && personId === person?.id)
    .filter(({ state, handedOver }) => state !== "cancelled" || handedOver > 0);
  const newest = Math.max(-Infinity, ...counted.map(({ createdAt }) => createdAt));
  const { cooldown } = script;
  const cools = cooldown === "forever" ? counted.length > 0 : cooldown !== null && world.now < newest + cooldown;
  return cools ? { ...known, status: "cooldown", reason: "cooldown" } : { ...known, status: "queued" };
}

/** In the order of the call. `ids`: what the answer alone knows of the person at an index. */
function results(
  call: Call,
  judged: Judged[],
  ids: (index: number) => { contactId?: string; sendingId?: string },
): Result[] {
  const seen = new Set<string>();
  return call.contacts.map(({ email: given }) => {
    const email = spellings[given];
    const index = judged.findIndex(({ guest }) => guest.email === email);
    const one = judged[index];
    if (!email || !one) return { email: given, contactId: null, status: "invalid", reason: "bad_address" };
    const { contactId = one.person?.id ?? null, sendingId } = ids(index);
    if (seen.has(email)) return { email: given, contactId, status: "duplicate", reason: "duplicate_in_call" };
    seen.add(email);
    const { status, reason } = one;
    return { email: given, contactId, status, ...(reason && { reason }), ...(sendingId && { sendingId }) };
  });
}

function answered(world: World, script: Script, call: Call, judged: Judged[], told: Told): void {
  assert.ok("data" in told, `an answer was due, and not ${JSON.stringify(told)}`);
  const { data } = told;
  const ids = judged.map((one) => (call.dryRun ? {} : idsIn(world, data, one)));
  const executionId = call.dryRun ? null : data.executionId;
  if (!call.dryRun) fresh(world, executionId);
  assert.deepEqual(told, {
    data: {
      sequenceId: script.id,
      sequenceName: `${script.key[0]?.toUpperCase()}${script.key.slice(1)}`,
      executionId,
      contactsProcessed: judged.length,
      sendingsCreated: judged.filter(({ status }) => status === "queued").length,
      results: results(call, judged, (index) => ids[index]!),
    },
    replayed: false,
  });
  if (executionId === null) return;
  for (const [index, one] of judged.entries()) write(world, script, call, one, { executionId, ...ids[index] });
  const startAt = Math.max(world.now, call.scheduledAt ?? world.now);
  world.executions.set(executionId, { sequence: script.key, startAt, createdAt: world.now, cancelled: false, data });
  if (call.key !== undefined) world.kept.set(call.key, { fingerprint: fingerprint(call), data, at: world.now });
}

/** The ids that the answer gave to what is new; each was never seen before. */
function idsIn(
  world: World,
  data: Data,
  { guest, person, status }: Judged,
): { contactId?: string; sendingId?: string } {
  const result = data.results.find(({ email, status }) => spellings[email] === guest.email && status !== "duplicate");
  return {
    ...(!person && { contactId: fresh(world, result?.contactId) }),
    ...(status === "queued" && { sendingId: fresh(world, result?.sendingId) }),
  };
}

function fresh(world: World, id: string | null | undefined): string {
  assert.match(id ?? "", form);
  const isNew = ![world.people, world.ways, world.executions].some((some) => some.has(id!));
  assert.ok(isNew, `${id} was given before`);
  return id!;
}

function write(
  world: World,
  script: Script,
  call: Call,
  { guest, person, status }: Judged,
  { executionId, contactId, sendingId }: { executionId: string; contactId?: string; sendingId?: string },
): void {
  const known = person ?? stranger(contactId!, guest.email, world.now);
  world.people.set(known.id, upsert(known, guest));
  if (status !== "queued") return;
  const { locationId, employeeId, context } = guest;
  const way = {
    id: sendingId!,
    executionId,
    sequence: script.key,
    personId: known.id,
    locationId,
    employeeId,
    context,
  };
  const position = { state: "open", reason: null, step: 0, inside: false, dueAt: 0, parked: false } as const;
  const counts = { deferrals: 0, doubts: 0, handedOver: 0, calling: null, calls: [], createdAt: world.now };
  world.ways.set(way.id, { ...way, ...position, ...counts });
  arrive(world.ways.get(way.id)!, 0, Math.max(world.now, call.scheduledAt ?? world.now));
}

/** Somebody of whom nothing is known but the address. */
export function stranger(id: string, email: string, now: number): Person {
  const names = { firstName: null, lastName: null, phone: null, title: null, preferredLanguage: null, timeZone: null };
  return { ...names, id, email, locationId: null, customFields: {}, tags: [], unsubscribed: false, createdAt: now };
}

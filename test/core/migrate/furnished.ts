import type { Contact, OutboxMessage } from "../../../core/contracts/model.js";
import type { Store } from "../../../core/contracts/store.js";
import { bytes, onInboxStage, said, shop, type InboxStage } from "../../../core/contracts/suites/store-inbox-stage.js";
import {
  accepted,
  day,
  minute,
  news,
  organization,
  position,
  start,
} from "../../../core/contracts/suites/store-stage.js";

/** Puts something of every kind into an empty store: what is under way, what has ended, what waits, and text that is hard to carry. */
export async function furnish(store: Store): Promise<void> {
  const stage = await stageOn(store);
  await people(stage);
  await sendings(stage);
  await events(stage);
  await store.keys.create({
    id: stage.newId(),
    organization,
    name: "shop",
    hash: "a".repeat(64),
    scopes: ["contacts:*", "sequences:execute"],
    active: true,
    expiresAt: start + day,
    lastUsedAt: null,
    createdAt: start,
  });
  await store.channels.pause("email", "The key is refused", start + minute, start);
  await store.secret("unsubscribe");
}

export const hard = "Zoë \u{1f600} 'quoted' \"twice\" \u0000 \u2028 line";

async function people({ store, newId }: InboxStage): Promise<void> {
  const person: Contact = {
    id: newId(),
    organization,
    email: "zoe@example.com",
    firstName: hard,
    lastName: null,
    phone: "+491701234567",
    title: null,
    preferredLanguage: "de",
    timeZone: "Europe/Berlin",
    locationId: null,
    customFields: {
      deep: { list: [1, 2.5, -1e300, true, null, "x"], "with.dot": { $gt: 1 }, "": 0, "2": "b", "1": "a" },
    },
    tags: ["vip", hard],
    unsubscribed: true,
    createdAt: start,
    updatedAt: start + 1,
  };
  await store.contacts.create(person);
  await store.contacts.suppress(organization, "gone@example.com", "bounced", start);
}

async function sendings(stage: InboxStage): Promise<void> {
  const { store } = stage;
  const context = { order: "1001", total: 12.5, nested: { $set: [{ "a.b": null }] } };
  const waiting = await stage.enrol({ emails: ["ada@example.com", "grace@example.com"], key: "order-1001", context });
  // One message has gone out, the sending waits for its second step; the other is in a call that nobody has settled.
  const [first, second] = await stage.claim(waiting.executionId);
  if (!first || !second) throw new Error("Two sendings were to be due");
  await stage.call(first);
  await store.outbox.capture(message(first.sending.id, first.attemptId));
  const later = position({ stepIndex: 1, stepId: "later", stage: "inside", dueAt: start + day });
  const note = { kind: "waiting", stepId: "later", reason: null, note: hard } as const;
  await stage.settle(first, { outcome: accepted, position: later, notes: [note, note] });
  await stage.call(second);
  await store.executions.rest(waiting.executionId);
  // A claim without a call, a parked sending, one that has failed, one that a person has ended.
  await stage.claim((await stage.enrol({ emails: ["claimed@example.com"] })).executionId);
  const parked = await stage.claimOne((await stage.enrol({ emails: ["parked@example.com"] })).executionId);
  await stage.settle(parked, { position: position({ reason: "channel_paused", parkedOn: "email" }) });
  const failed = await stage.claimOne((await stage.enrol({ emails: ["failed@example.com"] })).executionId);
  await stage.call(failed);
  await stage.settle(failed, {
    outcome: { status: "rejected", reason: hard, providerId: null },
    position: position({ state: "failed", reason: "rejected", dueAt: null }),
  });
  const ended = await stage.enrol({ emails: ["ended@example.com"], sequence: news });
  await store.executions.cancel(organization, ended.executionId, start);
  // One that was cancelled while its call is under way.
  const cancelled = await stage.claimOne((await stage.enrol({ emails: ["cancelled@example.com"] })).executionId);
  await stage.call(cancelled);
  await store.sendings.cancel(organization, cancelled.sending.id, "by_call", start);
  // An answer that names somebody who has no sending.
  await stage.enrol({ emails: ["new@example.com", "gone@example.com"], key: "with-suppressed" });
  // Somebody who is gone altogether.
  const erased = await stage.enrol({ emails: ["erased@example.com"], key: "erased" });
  await store.contacts.erase(organization, erased.contactId, start + 2);
}

async function events(stage: InboxStage): Promise<void> {
  const { store } = stage;
  const everyByte = Uint8Array.from({ length: 256 }, (_, n) => n);
  await stage.claimed({ body: everyByte, headers: { "x-topic": hard }, query: "a=1&b=%20" });
  await store.inbox.accept([stage.news({ body: bytes('{"email":"Named@Example.com"}'), dueAt: start + minute })]);
  await stage.started({ emails: ["buyer@example.com"], entity: "order:1" });
  await stage.started({ emails: ["buyer@example.com"] }, "on[1]");
  const order = {
    kind: "order",
    key: "order:1",
    aliases: ["order:payment:abc"],
    data: { email: "buyer@example.com" },
  } as const;
  await stage.cause({ entity: { ...order, startsAt: null, endsAt: null, version: 7 }, notes: [hard] });
  await stage.cause({ entity: said({ endedDelay: minute }), status: "processed" });
  await stage.cause({ entity: said({ key: "booking:2", replaces: "booking:1", data: { id: "2" } }) });
  await stage.cause({ entity: said({ key: "booking:3", endedDelay: minute, data: { id: "3" } }) });
  await stage.cause({ status: "dead", reason: "mapping_error", notes: ["It has no e-mail"] });
  await stage.cause({ redact: ["named@example.com"] });
  await store.inbox.refuse({
    id: stage.newId(),
    organization,
    source: shop,
    at: start,
    reason: "bad_signature",
    remote: "127.0.0.1",
    headers: { "user-agent": hard },
  });
  await store.inbox.setSourceState(organization, shop, "paused", start);
}

function message(sendingId: string, attemptId: string): OutboxMessage {
  const addressed = { to: "ada@example.com", from: null, replyTo: "hi@acme.example" };
  return {
    id: attemptId,
    organization,
    at: start,
    sendingId,
    stepId: "hello",
    attemptId,
    channel: "email",
    ...addressed,
    subject: hard,
    text: "Hello\r\n",
    html: `<p>${hard}</p>`,
    headers: { "List-Unsubscribe": "<https://furrow.example/u/1>" },
  };
}

/** The suites' stage on a store that somebody else closes. */
export async function stageOn(store: Store): Promise<InboxStage> {
  let set: InboxStage | undefined;
  const make = () => Promise.resolve({ subject: store, close: () => Promise.resolve() });
  await onInboxStage((_, body) => body(), make, "stage")("is set", (stage) => Promise.resolve(void (set = stage)));
  if (!set) throw new Error("The stage was not set");
  return set;
}

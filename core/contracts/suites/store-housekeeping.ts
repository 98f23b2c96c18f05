import { strict as assert } from "node:assert";
import type { ApiKey } from "../model.js";
import type { Store } from "../store.js";
import { captured } from "./store-erase.js";
import { all, day, minute, onStage, organization, start, stranger } from "./store-stage.js";
import type { Subject, Test } from "./suite.js";

const key: ApiKey = {
  id: "66666666-0000-7000-8000-000000000001",
  organization,
  name: "shop",
  hash: "aa".repeat(32),
  scopes: ["contacts:read", "sequences:*"],
  active: true,
  expiresAt: start + day,
  lastUsedAt: null,
  createdAt: start,
};

/** The outbox, keys, secrets, and what a server does to its store now and then. */
export function housekeepingSuite(test: Test, make: () => Promise<Subject<Store>>): void {
  const it = onStage(test, make, "housekeeping");

  it("keeps captured messages as they are, once per attempt", async ({ store: { outbox } }) => {
    const message = captured({ html: "<p>Hello</p>", replyTo: "desk@acme.example" });
    await outbox.capture(message);
    await outbox.capture({ ...message, id: "another" });
    assert.deepEqual(await outbox.list(organization, {}, all), { items: [message], total: 1 });
    assert.deepEqual(await outbox.list(stranger, {}, all), { items: [], total: 0 });
  });

  it("lists captured messages newest first, by recipient and sending", async ({ store: { outbox } }) => {
    const ada = captured({ id: "1", sendingId: "s1", attemptId: "a1" });
    const bob = captured({ id: "2", sendingId: "s2", attemptId: "a2", to: "bob@example.com" });
    const again = captured({ id: "3", sendingId: "s1", attemptId: "a3", at: start + 1 });
    for (const message of [ada, again, bob]) await outbox.capture(message);
    const ids = async (filter: object) => (await outbox.list(organization, filter, all)).items.map(({ id }) => id);
    assert.deepEqual(await ids({}), ["3", "2", "1"]);
    assert.deepEqual(await ids({ to: "ada@example.com" }), ["3", "1"]);
    assert.deepEqual(await ids({ sendingId: "s2" }), ["2"]);
    assert.deepEqual(await ids({ to: "bob@example.com", sendingId: "s1" }), []);
    assert.deepEqual((await outbox.list(organization, {}, { page: 2, limit: 2 })).items, [ada]);
    assert.equal((await outbox.list(stranger, { sendingId: "s1" }, all)).total, 0);
  });

  it("expires what is past its time, so many at once", async ({ store, enrol }) => {
    for (const at of [1, 2, 3]) {
      await store.outbox.capture(captured({ id: `m${at}`, attemptId: `a${at}`, at: start + at }));
      await enrol({ key: `k${at}`, at: start + at });
    }
    const before = { outbox: start + 3, idempotency: start + 3, events: 0, refused: 0 };
    assert.equal(await store.expire(before, 1), 2);
    assert.deepEqual(
      (await store.outbox.list(organization, {}, all)).items.map(({ id }) => id),
      ["m3", "m2"],
    );
    assert.equal(await store.executions.answered(organization, "k1"), undefined);
    assert.ok(await store.executions.answered(organization, "k2"));
    assert.equal(await store.expire(before, 10), 2);
    assert.equal(await store.expire(before, 10), 0);
    assert.ok(await store.executions.answered(organization, "k3"));
    assert.equal((await store.outbox.list(organization, {}, all)).total, 1);
  });

  it("an expired key is free again", async ({ store, enrol, plan }) => {
    await enrol({ key: "k" });
    await store.expire({ outbox: 0, idempotency: start + 1, events: 0, refused: 0 }, 10);
    assert.equal((await store.executions.accept(plan({ key: "k", fingerprint: "two" }))).kind, "accepted");
  });

  it("keeps keys, and finds them by their hash", async ({ store: { keys } }) => {
    await keys.create(key);
    await keys.create(key);
    assert.deepEqual(await keys.find(key.hash), key);
    assert.equal(await keys.find("unknown"), undefined);
    const second = {
      ...key,
      id: "66666666-0000-7000-8000-000000000002",
      hash: "bb",
      active: false,
      expiresAt: null,
      createdAt: start + 1,
    };
    await keys.create(second);
    assert.deepEqual(await keys.list(organization), [key, second]);
    assert.deepEqual(await keys.list(stranger), []);
  });

  it("revokes keys", async ({ store: { keys } }) => {
    await keys.create(key);
    assert.equal(await keys.revoke(stranger, key.id), false);
    assert.equal(await keys.revoke(organization, "unknown"), false);
    assert.equal(await keys.revoke(organization, key.id), true);
    assert.equal(await keys.revoke(organization, key.id), true);
    assert.deepEqual(await keys.find(key.hash), { ...key, active: false });
  });

  it("notes the use of a key at most once a minute", async ({ store: { keys } }) => {
    await keys.create(key);
    const used = async (at: number) => {
      await keys.touch(key.id, at);
      return (await keys.find(key.hash))?.lastUsedAt;
    };
    assert.equal(await used(start), start);
    assert.equal(await used(start + minute - 1), start);
    assert.equal(await used(start + minute), start + minute);
    await keys.touch("unknown", start);
  });

  it("makes a secret once", async ({ store }) => {
    const [first, racing] = await Promise.all([store.secret("one"), store.secret("one")]);
    assert.equal(first.length, 32);
    assert.deepEqual(racing, first);
    assert.deepEqual(await store.secret("one"), first);
    assert.notDeepEqual(await store.secret("two"), first);
  });

  it("can be checked, again and again", async ({ store, enrol }) => {
    const { sendingId } = await enrol();
    await store.check();
    await store.check();
    assert.ok(await store.sendings.get(organization, sendingId));
  });
}

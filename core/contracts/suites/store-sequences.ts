import { strict as assert } from "node:assert";
import type { Store } from "../store.js";
import { all, minute, news, onStage, organization, sequence, start, stranger, welcome } from "./store-stage.js";
import type { Subject, Test } from "./suite.js";

const changed = { ...welcome, definition: { ...welcome.definition, steps: [] } };

/** Sequences and their versions. The stage has published `welcome` and `news` at `start`. */
export function sequenceSuite(test: Test, make: () => Promise<Subject<Store>>): void {
  const it = onStage(test, make, "sequences");

  it("keeps what was published", async ({ store: { sequences } }) => {
    const expected = {
      id: welcome.id,
      organization,
      key: "welcome",
      name: "WELCOME",
      status: "active",
      version: 1,
      purpose: "transactional",
      createdAt: start,
      updatedAt: start,
    };
    assert.deepEqual(await sequences.byId(welcome.id), expected);
    assert.deepEqual(await sequences.find(organization, "welcome"), expected);
    assert.deepEqual(await sequences.find(organization, welcome.id), expected);
    const version = { sequenceId: welcome.id, version: 1, definition: welcome.definition, createdAt: start };
    assert.deepEqual(await sequences.version(welcome.id, 1), version);
  });

  it("finds nothing for others, or for nobody", async ({ store: { sequences } }) => {
    assert.equal(await sequences.find(stranger, "welcome"), undefined);
    assert.equal(await sequences.find(stranger, welcome.id), undefined);
    assert.equal(await sequences.find(organization, "unknown"), undefined);
    assert.equal(await sequences.byId("unknown"), undefined);
    assert.equal(await sequences.version(welcome.id, 2), undefined);
  });

  it("lists by key, in pages", async ({ store: { sequences } }) => {
    const { items, total } = await sequences.list(organization, all);
    assert.deepEqual([items.map(({ key }) => key), total], [["news", "welcome"], 2]);
    assert.deepEqual(
      (await sequences.list(organization, { page: 2, limit: 1 })).items.map(({ key }) => key),
      ["welcome"],
    );
    assert.equal((await sequences.list(stranger, all)).total, 0);
  });

  it("an equal definition is no new version", async ({ store: { sequences } }) => {
    const before = await sequences.byId(welcome.id);
    const { steps, ...rest } = welcome.definition;
    await sequences.publish(organization, [{ ...welcome, definition: { steps, ...rest } }, news], start + minute);
    assert.deepEqual(await sequences.byId(welcome.id), before);
    assert.equal(await sequences.version(welcome.id, 2), undefined);
  });

  it("a changed definition is the next version, and the old one stays", async ({ store: { sequences } }) => {
    await sequences.publish(organization, [changed, news], start + minute);
    const { version, createdAt, updatedAt } = (await sequences.byId(welcome.id)) ?? assert.fail();
    assert.deepEqual({ version, createdAt, updatedAt }, { version: 2, createdAt: start, updatedAt: start + minute });
    assert.deepEqual((await sequences.version(welcome.id, 2))?.definition, changed.definition);
    assert.deepEqual((await sequences.version(welcome.id, 1))?.definition, welcome.definition);
  });

  it("going back to an older definition is a version again", async ({ store: { sequences } }) => {
    await sequences.publish(organization, [changed, news], start);
    await sequences.publish(organization, [welcome, news], start);
    assert.equal((await sequences.byId(welcome.id))?.version, 3);
    assert.deepEqual((await sequences.version(welcome.id, 3))?.definition, welcome.definition);
  });

  it("takes over name, key, status and purpose", async ({ store: { sequences } }) => {
    const definition = { ...welcome.definition, purpose: "marketing" } as const;
    const renamed = { ...welcome, key: "hello", name: "Hello", status: "paused", definition } as const;
    await sequences.publish(organization, [renamed, news], start + minute);
    const { key, name, status, purpose, version } = (await sequences.find(organization, "hello")) ?? assert.fail();
    assert.deepEqual({ key, name, status, purpose, version }, { ...pick(renamed), purpose: "marketing", version: 2 });
    assert.equal(await sequences.find(organization, "welcome"), undefined);
  });

  it("what is missing is archived, and comes back as the same", async ({ store: { sequences } }) => {
    await sequences.publish(organization, [news], start + minute);
    const archived = await sequences.byId(welcome.id);
    assert.deepEqual([archived?.status, archived?.updatedAt, archived?.version], ["archived", start + minute, 1]);
    await sequences.publish(organization, [news], start + 2 * minute);
    assert.deepEqual(await sequences.byId(welcome.id), archived);
    await sequences.publish(organization, [welcome, news], start + 3 * minute);
    const back = await sequences.byId(welcome.id);
    assert.deepEqual([back?.status, back?.updatedAt, back?.version], ["active", start + 3 * minute, 1]);
  });

  it("a key that changed hands belongs to its new owner", async ({ store: { sequences } }) => {
    const heir = sequence("11111111-0000-7000-8000-000000000009", "welcome", "transactional");
    await sequences.publish(organization, [heir, news], start);
    assert.equal((await sequences.find(organization, "welcome"))?.id, heir.id);
    assert.equal((await sequences.find(organization, welcome.id))?.status, "archived");
  });

  it("organizations do not touch each other's", async ({ store: { sequences } }) => {
    const theirs = sequence("11111111-0000-7000-8000-000000000003", "welcome", "marketing");
    await sequences.publish(stranger, [theirs], start + minute);
    assert.equal((await sequences.byId(welcome.id))?.status, "active");
    assert.equal((await sequences.find(stranger, "welcome"))?.id, theirs.id);
    await assert.rejects(sequences.publish(stranger, [theirs, welcome], start), /belongs to another organization/);
    assert.equal((await sequences.byId(welcome.id))?.organization, organization);
  });

  it("is published whole or not at all", async ({ store: { sequences } }) => {
    const fresh = sequence("11111111-0000-7000-8000-000000000004", "fresh", "marketing");
    await assert.rejects(sequences.publish(stranger, [fresh, welcome], start));
    assert.equal(await sequences.byId(fresh.id), undefined);
  });
}

function pick({ key, name, status }: { key: string; name: string; status: string }) {
  return { key, name, status };
}

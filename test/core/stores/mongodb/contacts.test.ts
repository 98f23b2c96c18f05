import { test } from "tap";
import { newContact } from "../../../../core/contracts/rules.js";
import { all, organization, start } from "../../../../core/contracts/suites/store-stage.js";
import { withoutMongodb } from "../../../mongod/mongodb.js";
import { emptiedStore } from "./emptied.js";

const skip = withoutMongodb;
const open = emptiedStore();

test("of several that create one address at the same time one has it", { skip }, async (t) => {
  const { contacts } = (await open()).subject;
  const made = await Promise.all(
    Array.from({ length: 8 }, (_, one) =>
      contacts.create(newContact(`c${one}`, organization, "ada@example.com", start)),
    ),
  );
  t.same(made.sort(), [...Array<string>(7).fill("conflict"), "created"]);
  t.equal((await contacts.list(organization, {}, all)).total, 1);
});

test("an id that is taken by another address is a defect", { skip }, async (t) => {
  const { contacts } = (await open()).subject;
  const ada = newContact("c", organization, "ada@example.com", start);
  await contacts.create(ada);
  t.equal(await contacts.create(ada), "conflict");
  await t.rejects(contacts.create({ ...ada, email: "bob@example.com" }), { code: 11000 });
});

test("of several that move to one address at the same time one gets it", { skip }, async (t) => {
  const { contacts } = (await open()).subject;
  const ids = ["a", "b", "c"];
  for (const id of ids) await contacts.create(newContact(id, organization, `${id}@example.com`, start));
  const moved = await Promise.all(
    ids.map((id) => contacts.patch(organization, id, { email: "new@example.com" }, start)),
  );
  t.equal(moved.filter((one) => one === "conflict").length, 2);
  t.equal((await contacts.list(organization, { email: "new@example.com" }, all)).total, 1);
});

test("patches at the same time do not undo each other", { skip }, async (t) => {
  const { contacts } = (await open()).subject;
  await contacts.create(newContact("c", organization, "ada@example.com", start));
  await Promise.all(
    ["one", "two", "three", "four"].map((key) =>
      contacts.patch(organization, "c", { customFields: { [key]: true } }, start),
    ),
  );
  const contact = await contacts.get(organization, "c");
  t.same(Object.keys(contact?.customFields ?? {}).sort(), ["four", "one", "three", "two"]);
});

test("keeps keys of custom fields that mean something to the database", { skip }, async (t) => {
  const { contacts } = (await open()).subject;
  const customFields = { $set: { "a.b": 1 }, "": null, 2: "two", 1: "one", _id: [null] };
  await contacts.create({ ...newContact("c", organization, "ada@example.com", start), customFields });
  t.strictSame((await contacts.get(organization, "c"))?.customFields, customFields);
});

test("what is searched for stands for itself", { skip }, async (t) => {
  const { contacts } = (await open()).subject;
  const names = ["a.c", "abc", "(a+)+$", "$search", "a\0b", "Ünïcode", "x".repeat(40_000)];
  for (const [index, firstName] of names.entries()) {
    const contact = newContact(`c${index}`, organization, `${index}@example.com`, start + index);
    await contacts.create({ ...contact, firstName });
  }
  for (const search of [...names, "(", "[", "\\", "ÜNÏ", "x".repeat(35_000), "example.com", ""]) {
    const { items } = await contacts.list(organization, { search }, all);
    const found = names.filter((name, index) =>
      `${index}@example.com ${name}`.toLowerCase().includes(search.toLowerCase()),
    );
    t.same(items.map(({ firstName }) => firstName).reverse(), found, search.slice(0, 20));
  }
});

test("values that come from outside are never read as questions", { skip }, async (t) => {
  const { contacts } = (await open()).subject;
  await contacts.create({ ...newContact("c", organization, "ada@example.com", start), phone: "+1", locationId: "l" });
  const anything = { $gt: "" } as unknown as string;
  t.equal(await contacts.get(organization, anything), undefined);
  t.equal(await contacts.get(anything, "c"), undefined);
  for (const filter of [{ email: anything }, { phone: anything }, { locationId: anything }]) {
    t.equal((await contacts.list(organization, filter, all)).total, 0);
  }
  t.equal(await contacts.remove(organization, anything, start), false);
  t.equal(await contacts.optOut(anything, "c", start), false);
  t.ok(await contacts.get(organization, "c"));
});

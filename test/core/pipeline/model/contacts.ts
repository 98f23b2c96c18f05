import { strict as assert } from "node:assert";
import { newContact } from "../../../../core/contracts/rules.js";
import { organization } from "../engine.js";
import { stranger } from "./accepting.js";
import type { PersonAct } from "./act.js";
import { erasePerson, optOut, patchPerson, removePerson } from "./people.js";
import type { Stage } from "./stage.js";
import { byEmail, nobody, type Person, type World } from "./world.js";

/** What is done to one contact. */
export async function meet(act: PersonAct, world: World, stage: Stage): Promise<void> {
  const { contacts } = stage.engine.file;
  const person = byEmail(world, act.email);
  const id = person?.id ?? nobody;
  const { now } = world;
  switch (act.do) {
    case "create": {
      const contact = {
        ...newContact(stage.engine.ids.next(), organization, act.email, now),
        firstName: act.firstName,
      };
      assert.equal(await contacts.create(contact), person ? "conflict" : "created");
      const { firstName } = act;
      if (!person) world.people.set(contact.id, { ...stranger(contact.id, act.email, now), firstName });
      return;
    }
    case "suppress":
      await contacts.suppress(organization, act.email, "bounced", now);
      world.suppressed.add(act.email);
      return;
    case "patch":
      return patch(await contacts.patch(organization, id, structuredClone(act.patch), now), act.patch);
    case "opt in":
      return patch(await contacts.patch(organization, id, { unsubscribed: false }, now), { unsubscribed: false });
    case "opt out":
      assert.equal(await contacts.optOut(organization, id, now), person !== undefined);
      return whenKnown(optOut);
    case "remove":
      assert.equal(await contacts.remove(organization, id, now), person !== undefined);
      return whenKnown(removePerson);
    case "erase":
      assert.equal((await contacts.erase(organization, id, now)) !== undefined, person !== undefined);
      return whenKnown(erasePerson);
  }

  function whenKnown(change: (world: World, person: Person) => void): void {
    if (person) change(world, person);
  }

  function patch(told: unknown, change: Parameters<typeof patchPerson>[2]): void {
    const next = person && patchPerson(world, person, change);
    if (typeof next !== "object") return assert.equal(told, next);
    const { organization: _organization, updatedAt: _updatedAt, ...contact } = told as Record<string, unknown>;
    assert.deepEqual(contact, next);
  }
}

import type { ContactPatch } from "../../../../core/contracts/rules.js";
import { withFields } from "./guests.js";
import { scriptOf } from "./scripts.js";
import { byEmail, type Person, type Way, type World } from "./world.js";

/** What a `PATCH` makes of a person; `conflict` when somebody else has the address. */
export function patchPerson(world: World, person: Person, patch: ContactPatch): Person | "conflict" {
  const { email, unsubscribed, locationId, ...fields } = patch;
  const owner = byEmail(world, email ?? person.email);
  if (owner && owner.id !== person.id) return "conflict";
  const next = {
    ...withFields(person, fields),
    ...(email !== undefined && { email }),
    ...(unsubscribed !== undefined && { unsubscribed }),
    ...(locationId !== undefined && { locationId }),
  };
  world.people.set(person.id, next);
  if (next.unsubscribed) optOut(world, next);
  return next;
}

/** No marketing message ever comes to somebody who has opted out, also not by hand. */
export function optOut(world: World, person: Person): void {
  world.people.set(person.id, { ...person, unsubscribed: true });
  end(theirs(world, person.id).filter(isMarketing), "opted_out");
}

export function removePerson(world: World, person: Person, reason = "by_call"): void {
  world.people.delete(person.id);
  end(theirs(world, person.id), reason);
}

/** The address is taken out of the answers that name the person; it is never written to again. */
export function erasePerson(world: World, person: Person): void {
  removePerson(world, person, "erased");
  world.suppressed.add(person.email);
  for (const way of world.ways.values()) if (way.personId === person.id) way.context = {};
  for (const kept of world.kept.values()) {
    const { results } = kept.data;
    if (!results.some(({ contactId }) => contactId === person.id)) continue;
    const blanked = results.map((result) => {
      const bare = result.email.trim();
      return bare.toLowerCase() === person.email ? { ...result, email: result.email.replace(bare, "erased") } : result;
    });
    kept.data = { ...kept.data, results: blanked };
  }
}

/** Ends what is going, and what a person could take up again. */
function end(ways: readonly Way[], reason: string): void {
  cancel(ways, reason, ["open", "held", "failed"]);
}

/** Ends the ways that are in one of these states. */
export function cancel(ways: readonly Way[], reason: string, from: readonly Way["state"][] = ["open", "held"]): void {
  for (const way of ways) {
    if (from.includes(way.state)) Object.assign(way, { state: "cancelled", reason, dueAt: null, parked: false });
  }
}

function theirs(world: World, personId: string): Way[] {
  return [...world.ways.values()].filter((way) => way.personId === personId);
}

function isMarketing({ sequence }: Way): boolean {
  return scriptOf(sequence).purpose === "marketing";
}

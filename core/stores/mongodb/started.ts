import type { ClientSession } from "mongodb";
import type { EventPlan } from "../../contracts/inbox.js";
import type { Database } from "./database.js";
import { idOf, type StartedDocument } from "./documents.js";
import { namesOf } from "./entity-documents.js";

type Once = EventPlan["once"];

/** Those of the contacts for whom the business key was used, under any name of its entity. */
export async function startedBefore(
  database: Database,
  organization: string,
  once: Once,
  contactIds: readonly string[],
  session: ClientSession | undefined,
): Promise<Set<string>> {
  const { source, rule, entity } = once;
  const names = entity === null ? [null] : await namesOf(database, organization, source, entity, session);
  const keys = contactIds.flatMap((id) =>
    names.map((name) => [started(organization, { source, rule, entity: name }, id)._id, id] as const),
  );
  const byKey = new Map(keys);
  const found = await database.started.find({ _id: { $in: [...byKey.keys()] } }, session ? { session } : {}).toArray();
  return new Set(found.map(({ _id }) => byKey.get(_id) ?? ""));
}

/** What tells from now on that the business key was used for the contact. */
export function started(organization: string, { source, rule, entity }: Once, contactId: string): StartedDocument {
  return { _id: idOf(contactId, organization, source, rule, entity ?? "") };
}

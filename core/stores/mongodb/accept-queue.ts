import type { Accepted, AcceptPlan } from "../../contracts/accept.js";
import type { Duration } from "../../contracts/model.js";
import { acceptAll } from "./accept.js";
import type { Addresses } from "./addresses.js";
import type { Database } from "./database.js";
import { idOf } from "./documents.js";
import { grouped } from "./grouped.js";
import { answerId } from "./standing.js";

/** How many people one transaction may take: beyond it, a larger one is no faster. */
const people = 400;
/** Somebody waits for the answer. */
const gather: Duration = 10;

/**
 * Accepts plans with group commit: those of one organization that wait at the same moment share a transaction. Plans that name the same
 * person, or have the same key, come one after the other. If a shared one fails, each of its plans is tried alone.
 */
export function acceptQueue(database: Database, addresses: Addresses): (plan: AcceptPlan) => Promise<Accepted> {
  return grouped(
    {
      most: people,
      gather,
      together: true,
      weigh: (plan: AcceptPlan) => plan.people.length,
      namesOf,
      kindOf: ({ execution }) => execution.organization,
    },
    (plans) =>
      database.transaction((session) => {
        const organization = plans[0]?.execution.organization ?? "";
        return acceptAll(database, addresses, organization, plans, session);
      }),
  );
}

function namesOf(plan: AcceptPlan): string[] {
  const { organization } = plan.execution;
  const key = answerId(plan);
  return [...plan.people.map(({ email }) => idOf(organization, email, "")), ...(key === undefined ? [] : [key])];
}

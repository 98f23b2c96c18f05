import type { ClientSession } from "mongodb";
import type { Accepted } from "../../contracts/accept.js";
import type { Entity, EventPlan, Settled } from "../../contracts/inbox.js";
import { isClosed } from "../../contracts/refunds.js";
import { refusalOf, type Caused, type LeftOut } from "../../contracts/settled-as.js";
import { acceptAll } from "./accept.js";
import type { Addresses } from "./addresses.js";
import type { Database } from "./database.js";
import { relyOnEntity, type Updated } from "./entities.js";

/** The plans of one event, and what it has said of its entity. */
export interface Planned {
  plans: readonly EventPlan[];
  updated: Updated | undefined;
}

export type Started = Pick<Caused, "started" | "leftOut"> & Pick<Settled, "ring">;

/** Inside a transaction: accepts each plan that may start somebody. */
export async function startPlans(
  database: Database,
  session: ClientSession,
  addresses: Addresses,
  planned: readonly Planned[],
): Promise<Started[]> {
  const open: EventPlan[] = [];
  for (const { plans, updated } of planned) {
    for (const plan of plans) {
      const about = await aboutOf(database, session, plan, updated);
      if (!about || !isClosed(about) || plan.evenIfOver) open.push(plan);
    }
  }
  const accepted = await acceptOpen(database, session, addresses, open);
  return planned.map(({ plans }) => startedOf(plans, accepted));
}

function startedOf(plans: readonly EventPlan[], accepted: ReadonlyMap<EventPlan, Accepted>): Started {
  const leftOut: LeftOut[] = [];
  const ring: Settled["ring"][number][] = [];
  for (const plan of plans) {
    const { rule } = plan.once;
    const { id, startAt } = plan.execution;
    const answer = accepted.get(plan);
    if (answer?.kind === "accepted") ring.push({ executionId: id, at: startAt });
    else leftOut.push({ rule, reason: answer ? refusalOf(answer) : "stale" });
  }
  return { started: ring.map(({ executionId }) => executionId), leftOut, ring };
}

/** Together, as far as they are of one organization and no two are about the same person. */
async function acceptOpen(
  database: Database,
  session: ClientSession,
  addresses: Addresses,
  plans: readonly EventPlan[],
): Promise<Map<EventPlan, Accepted>> {
  const accepted = new Map<EventPlan, Accepted>();
  let left = plans;
  while (left[0]) {
    const { organization } = left[0].execution;
    const people = new Set<string>();
    const apart = left.filter((plan) => {
      const emails = plan.people.map(({ email }) => email);
      const fits = plan.execution.organization === organization && !emails.some((email) => people.has(email));
      for (const email of emails) people.add(email);
      return fits;
    });
    const answers = await acceptAll(database, addresses, organization, apart, session);
    for (const [index, plan] of apart.entries()) accepted.set(plan, answers[index] as Accepted);
    left = left.filter((plan) => !accepted.has(plan));
  }
  return accepted;
}

/** What a plan is about, as far as it is known; mostly what its event has just updated, and with that holds already. */
async function aboutOf(
  database: Database,
  session: ClientSession,
  { execution: { organization, source, entity } }: EventPlan,
  updated: Updated | undefined,
): Promise<Pick<Entity, "status" | "data"> | undefined> {
  if (entity === null) return undefined;
  if (updated?.entity.source === source && updated.names.includes(entity)) return updated.entity;
  return relyOnEntity(database, session, { organization, source, key: entity });
}

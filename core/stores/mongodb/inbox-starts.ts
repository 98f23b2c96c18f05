import type { ClientSession } from "mongodb";
import type { Entity, EventPlan, Settled } from "../../contracts/inbox.js";
import { isClosed } from "../../contracts/refunds.js";
import { refusalOf, type Caused, type LeftOut } from "../../contracts/settled-as.js";
import { accept } from "./accept.js";
import type { Addresses } from "./addresses.js";
import type { Database } from "./database.js";
import { relyOnEntity, type Updated } from "./entities.js";

type Started = Pick<Caused, "started" | "leftOut"> & Pick<Settled, "ring">;

/** Inside a transaction: accepts each plan that may start somebody. `updated`: what their event has said of its entity. */
export async function startPlans(
  database: Database,
  session: ClientSession,
  addresses: Addresses,
  plans: readonly EventPlan[],
  updated: Updated | undefined,
): Promise<Started> {
  const leftOut: LeftOut[] = [];
  const ring: Settled["ring"][number][] = [];
  for (const plan of plans) {
    const { rule } = plan.once;
    const { id, startAt } = plan.execution;
    const about = await aboutOf(database, session, plan, updated);
    if (about && isClosed(about) && !plan.evenIfOver) {
      leftOut.push({ rule, reason: "stale" });
      continue;
    }
    const accepted = await accept(database, addresses, plan, session);
    if (accepted.kind === "accepted") ring.push({ executionId: id, at: startAt });
    else leftOut.push({ rule, reason: refusalOf(accepted) });
  }
  return { started: ring.map(({ executionId }) => executionId), leftOut, ring };
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

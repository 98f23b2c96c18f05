import type { ClientSession, Filter } from "mongodb";
import type { Instant, Sending, SendingState } from "../../contracts/model.js";
import type { SendingFilter, Sendings } from "../../contracts/store.js";
import { within, type Addresses } from "./addresses.js";
import { cancelSendings, theSendings } from "./cancelling.js";
import { dueClaims } from "./claims.js";
import type { Database } from "./database.js";
import type { SendingDocument } from "./documents.js";
import { makeDue } from "./due.js";
import { pageOf } from "./paging.js";
import { headOnly, noteEntries, positionOf, sendingOf, withoutClaim, type SendingHead } from "./sending-documents.js";
import { sendingTimeline } from "./timeline.js";

export function mongodbSendings(database: Database, addresses: Addresses): Sendings {
  const { sendings } = database;

  async function find(organization: string, id: string, session?: ClientSession): Promise<SendingHead | null> {
    const which = { _id: { $eq: id }, organization: { $eq: organization } };
    return sendings.findOne<SendingHead>(which, { projection: headOnly, ...within(session) });
  }

  async function get(organization: string, id: string, session?: ClientSession): Promise<Sending | undefined> {
    const found = await find(organization, id, session);
    return found ? sendingOf(found) : undefined;
  }

  /** Does `change` when the sending's state is one of `from`. */
  function when(
    organization: string,
    id: string,
    from: readonly SendingState[],
    change: (sending: SendingHead, session: ClientSession) => Promise<unknown>,
  ): Promise<Sending | "conflict" | undefined> {
    return database.transaction(async (session) => {
      const sending = await find(organization, id, session);
      if (!sending) return undefined;
      if (!from.includes(sending.state)) return "conflict";
      await change(sending, session);
      return get(organization, id, session);
    });
  }

  return {
    get: (organization, id) => get(organization, id),

    list: (organization, filter, page, now) =>
      pageOf(
        sendings,
        {
          where: conditions(organization, filter, now),
          order: { createdAt: -1, _id: -1 },
          without: ["history"],
          ...narrowest(filter),
        },
        page,
        sendingOf,
      ),

    timeline: (organization, id) => sendingTimeline(database, organization, id),

    claimDue: dueClaims(database, addresses),

    move: (organization, id, from, position, notes, now) =>
      when(organization, id, from, async (sending, session) => {
        const moved = { ...positionOf(position), ...withoutClaim(sending), updatedAt: now };
        const history = { $each: noteEntries(notes, now) };
        await sendings.updateOne(
          { _id: { $eq: id } },
          { $set: moved, $push: { history }, $inc: { revision: 1 } },
          { session },
        );
        await makeDue(database, [sending.executionId], position.dueAt ?? now, { session });
        const again = { $set: { status: "running" as const } };
        await database.executions.updateOne({ _id: sending.executionId, status: "completed" }, again, { session });
      }),

    cancel: (organization, id, reason, now) =>
      when(organization, id, ["open", "held"], (_, session) =>
        cancelSendings(database, session, theSendings.itself(id), reason, now),
      ),
  };
}

/** Fewer sendings have the same contact, or the same execution, than the same organization: in so many words, for the planner cannot know. */
function narrowest({ contactId, executionId }: SendingFilter): { by?: Record<string, 1> } {
  if (executionId !== undefined) return { by: { executionId: 1 } };
  return contactId === undefined ? {} : { by: { contactId: 1, sequenceId: 1, createdAt: 1 } };
}

const states: Record<NonNullable<SendingFilter["status"]>, (now: Instant) => Filter<SendingDocument>> = {
  pending: (now) => ({ state: "open", handedOver: 0, $or: [{ dueAt: null }, { dueAt: { $lte: now } }] }),
  scheduled: (now) => ({ state: "open", handedOver: 0, dueAt: { $gt: now } }),
  sent: () => ({ state: "open", handedOver: { $gt: 0 } }),
  completed: () => ({ state: "completed" }),
  failed: () => ({ state: "failed" }),
  cancelled: () => ({ state: "cancelled" }),
  held: () => ({ state: "held" }),
};

function conditions(organization: string, filter: SendingFilter, now: Instant): Filter<SendingDocument> {
  const { status, sequenceId, contactId, executionId, from, to } = filter;
  const where: Filter<SendingDocument> = { organization: { $eq: organization } };
  if (contactId !== undefined) where.contactId = { $eq: contactId };
  if (executionId !== undefined) where.executionId = { $eq: executionId };
  if (sequenceId !== undefined) where.sequenceId = { $eq: sequenceId };
  if (from !== undefined || to !== undefined) {
    where.createdAt = { ...(from === undefined ? {} : { $gte: from }), ...(to === undefined ? {} : { $lt: to }) };
  }
  return status === undefined ? where : { ...where, ...states[status](now) };
}

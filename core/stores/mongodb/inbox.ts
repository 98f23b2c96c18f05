import type { Filter } from "mongodb";
import type { EventFilter, Inbox } from "../../contracts/store.js";
import type { Addresses } from "./addresses.js";
import type { Database } from "./database.js";
import type { InboxDocument } from "./documents.js";
import { ended, tellEnded } from "./ends.js";
import { entityOf, findEntity } from "./entity-documents.js";
import { inTurn } from "./in-turn.js";
import { eventKeeper } from "./inbox-accept.js";
import { claimDue, nextDue, release } from "./inbox-claims.js";
import { eventOf, eventWithoutBody, refusedDocument, refusedOf } from "./inbox-documents.js";
import { settleEvent } from "./inbox-settle.js";
import { pageOf } from "./paging.js";
import { setSourceState, sourceCounts, sourceState } from "./sources.js";

export function mongodbInbox(database: Database, addresses: Addresses): Inbox {
  const { inbox, refused } = database;
  const claims = inTurn();
  const ends = inTurn();

  return {
    accept: eventKeeper(database, addresses),

    claimDue: (source, now, leaseUntil, limit) =>
      claims(source, () => claimDue(database, source, now, leaseUntil, limit)),

    release: (ids, lease) => release(database, ids, lease),

    nextDue: (source) => nextDue(database, source),

    settle: (result, now) => settleEvent(database, addresses, result, now),

    async get(organization, id) {
      const found = await inbox.findOne({ _id: { $eq: id }, organization: { $eq: organization } });
      return found ? eventOf(found) : undefined;
    },

    list: (organization, filter, page) =>
      pageOf(
        inbox,
        { where: where(organization, filter), order: { receivedAt: -1, _id: -1 }, without: ["body"] },
        page,
        eventWithoutBody,
      ),

    async refuse(request) {
      const { _id, ...document } = refusedDocument(request);
      await refused.updateOne({ _id: { $eq: _id } }, { $setOnInsert: document }, { upsert: true });
    },

    refused: (organization, source, page) =>
      pageOf(
        refused,
        { where: { organization: { $eq: organization }, source: { $eq: source } }, order: { at: -1, _id: -1 } },
        page,
        refusedOf,
      ),

    counts: (organization, source) => sourceCounts(database, organization, source),

    async entity(organization, source, key) {
      const found = await findEntity(database, organization, source, key);
      return found && entityOf(found);
    },

    ended: (by, limit) => ended(database, by, limit),

    tellEnded: (entity, event) => ends("", () => tellEnded(database, addresses, entity, event)),

    sourceState: (organization, source) => sourceState(database, organization, source),

    setSourceState: (organization, source, state, now) => setSourceState(database, organization, source, state, now),
  };
}

function where(organization: string, { source, status, type, from, to }: EventFilter): Filter<InboxDocument> {
  const filter: Filter<InboxDocument> = { organization: { $eq: organization } };
  if (source !== undefined) filter.source = { $eq: source };
  if (status !== undefined) filter.status = { $eq: status };
  if (type !== undefined) filter.type = { $eq: type };
  const received = { ...(from === undefined ? {} : { $gte: from }), ...(to === undefined ? {} : { $lt: to }) };
  if (from !== undefined || to !== undefined) filter.receivedAt = received;
  return filter;
}

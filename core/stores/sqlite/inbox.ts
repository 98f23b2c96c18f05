import type { InboxEvent } from "../../contracts/inbox.js";
import type { EventFilter, Inbox } from "../../contracts/store.js";
import type { Addresses } from "./addresses.js";
import type { Database } from "./database.js";
import { ended, tellEnded } from "./ends.js";
import { entityOf, findEntity } from "./entity-rows.js";
import { claimDue, nextDue, release } from "./inbox-claims.js";
import { eventOf, insertEvent, refusedOf, withoutBodies, type InboxRow } from "./inbox-rows.js";
import { settleEvent } from "./inbox-settle.js";
import { pageOf, type Condition } from "./paging.js";
import { setSourceState, sourceCounts, sourceState } from "./sources.js";

export function sqliteInbox(database: Database, addresses: Addresses): Inbox {
  function find(organization: string, id: string): InboxEvent | undefined {
    const row = database
      .statement<InboxRow>("SELECT * FROM inbox WHERE id = ? AND organization = ?")
      .get(id, organization);
    return row && eventOf(row);
  }

  return {
    accept: (events) => database.write(() => events.map((event) => insertEvent(database, addresses, event))),

    claimDue: (source, now, leaseUntil, limit) =>
      database.write(() => claimDue(database, source, now, leaseUntil, limit)),

    release: (ids, lease) => database.write(() => release(database, ids, lease)),

    nextDue: (source) => database.read(() => nextDue(database, source)),

    async settle(result, now) {
      const settled = await database.write(() => settleEvent(database, addresses, result, now));
      if (settled.held && result.redact.length > 0) await database.emptyLog();
      return settled;
    },

    get: (organization, id) => database.read(() => find(organization, id)),

    list: (organization, filter, page) =>
      database.read(() => {
        const where = conditions(organization, filter);
        const from = withoutBodies(filter.status === "dead");
        return pageOf(database, { from, where, order: "received_at DESC, id DESC" }, page, eventOf);
      }),

    refuse: (request) =>
      database.write(() => {
        database
          .statement(
            `INSERT INTO refused (id, organization, source, at, reason, remote, headers)
             VALUES (@id, @organization, @source, @at, @reason, @remote, @headers) ON CONFLICT DO NOTHING`,
          )
          .run({ ...request, headers: JSON.stringify(request.headers) });
      }),

    refused: (organization, source, page) =>
      database.read(() => {
        const where = [["organization = ?", organization] as const, ["source = ?", source] as const];
        return pageOf(database, { from: "refused", where, order: "at DESC, id DESC" }, page, refusedOf);
      }),

    counts: (organization, source) => database.read(() => sourceCounts(database, organization, source)),

    entity: (organization, source, key) =>
      database.read(() => {
        const row = findEntity(database, organization, source, key);
        return row && entityOf(row);
      }),

    ended: (by, limit) => database.read(() => ended(database, by, limit)),

    tellEnded: (entity, event) => database.write(() => tellEnded(database, addresses, entity, event)),

    sourceState: (organization, source) => database.read(() => sourceState(database, organization, source)),

    setSourceState: (organization, source, state, now) =>
      database.write(() => setSourceState(database, organization, source, state, now)),
  };
}

function conditions(organization: string, { source, status, type, from, to }: EventFilter): Condition[] {
  const where: Condition[] = [["organization = ?", organization]];
  if (source !== undefined) where.push(["source = ?", source]);
  // In so many words, so that the index of the dead ones may be used.
  if (status !== undefined) where.push(status === "dead" ? ["status = 'dead'"] : ["status = ?", status]);
  if (type !== undefined) where.push(["type = ?", type]);
  if (from !== undefined) where.push(["received_at >= ?", from]);
  if (to !== undefined) where.push(["received_at < ?", to]);
  return where;
}

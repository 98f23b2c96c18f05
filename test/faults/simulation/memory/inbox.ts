import type { InboxEvent, NewEvent } from "../../../../core/contracts/inbox.js";
import type { EventFilter, Inbox, SourceCounts } from "../../../../core/contracts/store.js";
import { entityNamed } from "./entities.js";
import { settle } from "./settle.js";
import { compare, owned, pageOf, type KeptEvent, type Tables } from "./tables.js";

export function memoryInbox(tables: Tables): Inbox {
  const { events } = tables;

  function insert(event: NewEvent): boolean {
    const { organization, source, deliveryId } = event;
    const isKnown = of(organization, source).some(({ row }) => row.deliveryId === deliveryId);
    if (isKnown || events.has(event.id)) return false;
    const fresh = { status: "received", reason: null, commands: [], executionIds: [], notes: [], failures: 0 } as const;
    events.set(event.id, { row: { ...event, ...fresh }, lease: null, isForgotten: false });
    return true;
  }

  function of(organization: string, source: string): KeptEvent[] {
    return [...events.values()].filter(({ row }) => row.organization === organization && row.source === source);
  }

  const waitingOf = (source: string) =>
    [...events.values()].flatMap((event) =>
      event.row.source === source && event.row.dueAt !== null ? [{ event, dueAt: event.row.dueAt }] : [],
    );

  return {
    accept: async (news) => news.map(insert),

    claimDue: async (source, now, leaseUntil, limit) =>
      waitingOf(source)
        .filter(({ event, dueAt }) => dueAt <= now && (event.lease === null || event.lease <= now))
        .sort((a, b) => a.dueAt - b.dueAt || compare(a.event.row.id, b.event.row.id))
        .slice(0, limit)
        .map(({ event }) => {
          event.lease = leaseUntil;
          return event.row;
        }),

    async release(ids, lease) {
      for (const id of ids) {
        const event = events.get(id);
        if (event?.lease === lease) event.lease = null;
      }
    },

    async nextDue(source) {
      const times = waitingOf(source).map(({ event, dueAt }) => Math.max(dueAt, event.lease ?? dueAt));
      return times.length > 0 ? Math.min(...times) : null;
    },

    settle: async (result, now) => settle(tables, result, now, insert),

    async get(organization, id) {
      const row = events.get(id)?.row;
      return row?.organization === organization ? row : undefined;
    },

    list: async (organization, filter, page) =>
      pageOf(
        [...events.values()]
          .map(({ row }) => row)
          .filter((row) => row.organization === organization && matches(row, filter))
          .sort((a, b) => b.receivedAt - a.receivedAt || compare(b.id, a.id))
          .map((row) => ({ ...row, body: new Uint8Array() })),
        page,
      ),

    async refuse(request) {
      if (!tables.refused.some(({ id }) => id === request.id)) tables.refused.push(request);
    },

    refused: async (organization, source, page) =>
      pageOf(
        tables.refused
          .filter((one) => one.organization === organization && one.source === source)
          .sort((a, b) => b.at - a.at || compare(b.id, a.id)),
        page,
      ),

    async counts(organization, source) {
      const refused = tables.refused.filter((one) => one.organization === organization && one.source === source).length;
      return { ...countsOf(of(organization, source).map(({ row }) => row)), refused };
    },

    entity: async (organization, source, key) => publicOf(tables, organization, source, key),

    ended: async (by, limit) =>
      [...tables.entities]
        .flatMap(({ row: { endedDelay: _, toldEnd: __, ...row } }) =>
          row.endedDueAt !== null && row.endedDueAt <= by ? [{ row, at: row.endedDueAt }] : [],
        )
        .sort((a, b) => a.at - b.at)
        .slice(0, limit)
        .map(({ row }) => row),

    async tellEnded({ organization, source, key, endedDueAt }, event) {
      const known = entityNamed(tables, organization, source, key);
      if (!known || endedDueAt === null || known.row.endedDueAt !== endedDueAt) return false;
      known.row = { ...known.row, toldEnd: known.row.endsAt, endedDueAt: null };
      return insert(event);
    },

    sourceState: async (organization, source) => tables.sourceStates.get(owned(organization, source)),

    async setSourceState(organization, source, state) {
      tables.sourceStates.set(owned(organization, source), state);
    },
  };
}

function publicOf(tables: Tables, organization: string, source: string, key: string) {
  const known = entityNamed(tables, organization, source, key);
  if (!known) return undefined;
  const { endedDelay: _, toldEnd: __, ...row } = known.row;
  return row;
}

function matches(row: InboxEvent, { source, status, type, from, to }: EventFilter): boolean {
  return (
    (source === undefined || row.source === source) &&
    (status === undefined || row.status === status) &&
    (type === undefined || row.type === type) &&
    (from === undefined || row.receivedAt >= from) &&
    (to === undefined || row.receivedAt < to)
  );
}

function countsOf(rows: readonly InboxEvent[]): Omit<SourceCounts, "refused"> {
  const having = (status: InboxEvent["status"]) => rows.filter((row) => row.status === status);
  const dead = having("dead").sort((a, b) => b.receivedAt - a.receivedAt || compare(b.id, a.id));
  return {
    received: rows.length,
    processed: having("processed").length,
    ignored: having("ignored").length,
    dead: dead.length,
    waiting: having("received").length,
    lastEventAt: rows.length > 0 ? Math.max(...rows.map(({ receivedAt }) => receivedAt)) : null,
    lastError: dead[0]?.notes.at(-1) ?? null,
  };
}

import type { ChannelState, Instant } from "../../../../core/contracts/model.js";
import type { Channels } from "../../../../core/contracts/store.js";
import { compare, dueSooner, type KeptSending, type Tables } from "./tables.js";

export function memoryChannels(tables: Tables): Channels {
  const ok = (name: string): ChannelState => ({ name, state: "ok", reason: null, since: null, probeAt: null });
  const parkedOn = (name: string): KeptSending[] =>
    [...tables.sendings.values()].filter(({ row }) => row.parkedOn === name);

  function free(sending: KeptSending, change: { reason: null } | object, now: Instant): void {
    sending.row = { ...sending.row, ...change, parkedOn: null, dueAt: now, updatedAt: now };
    dueSooner(tables.executions.get(sending.row.executionId), now);
  }

  return {
    get: async (name) => tables.paused.get(name) ?? ok(name),

    async pause(name, reason, probeAt, now) {
      const since = tables.paused.get(name)?.since ?? now;
      tables.paused.set(name, { name, state: "paused", reason, since, probeAt });
    },

    async resume(name, now) {
      tables.paused.delete(name);
      for (const sending of parkedOn(name)) free(sending, { reason: null }, now);
    },

    async probe(name, now, next) {
      const channel = tables.paused.get(name);
      if (!channel || channel.probeAt === null || channel.probeAt > now) return null;
      const [first] = parkedOn(name)
        .filter(({ row }) => tables.sequences.get(row.sequenceId)?.status !== "paused")
        .sort((a, b) => (a.row.dueAt ?? 0) - (b.row.dueAt ?? 0) || compare(a.row.id, b.row.id));
      if (!first) return null;
      tables.paused.set(name, { ...channel, probeAt: next });
      free(first, {}, now);
      return first.row.executionId;
    },
  };
}

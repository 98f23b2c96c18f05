import { isDeepStrictEqual } from "node:util";
import type { Instant } from "../../../../core/contracts/model.js";
import type { PublishedSequence, SequenceShelf } from "../../../../core/contracts/store.js";
import { compare, owned, pageOf, type Tables } from "./tables.js";

export function memorySequences({ sequences, versions }: Tables): SequenceShelf {
  function publish(organization: string, { id, key, name, status, definition }: PublishedSequence, now: Instant): void {
    const stored = sequences.get(id);
    const same = stored && isDeepStrictEqual(versions.get(owned(id, stored.version))?.definition, definition);
    const version = (stored?.version ?? 0) + (same ? 0 : 1);
    if (!same) versions.set(owned(id, version), { sequenceId: id, version, definition, createdAt: now });
    if (same && stored.key === key && stored.name === name && stored.status === status) return;
    const { purpose } = definition;
    const createdAt = stored?.createdAt ?? now;
    sequences.set(id, { id, organization, key, name, status, version, purpose, createdAt, updatedAt: now });
  }

  return {
    async publish(organization, published, now) {
      const foreign = published.find(({ id }) => (sequences.get(id)?.organization ?? organization) !== organization);
      if (foreign) throw new Error(`The sequence ${foreign.key} has an id that belongs to another organization`);
      for (const sequence of published) publish(organization, sequence, now);
      const ids = new Set(published.map(({ id }) => id));
      for (const sequence of sequences.values()) {
        if (sequence.organization !== organization || sequence.status === "archived" || ids.has(sequence.id)) continue;
        sequences.set(sequence.id, { ...sequence, status: "archived", updatedAt: now });
      }
    },

    list: async (organization, page) =>
      pageOf(
        [...sequences.values()]
          .filter((one) => one.organization === organization)
          .sort((a, b) => compare(a.key, b.key) || compare(a.id, b.id)),
        page,
      ),

    async find(organization, idOrKey) {
      const found = sequences.get(idOrKey);
      if (found?.organization === organization) return found;
      // Of several that had this key in their time, the one that has it now.
      const [heir] = [...sequences.values()]
        .filter((one) => one.organization === organization && one.key === idOrKey)
        .sort(
          (a, b) =>
            Number(a.status === "archived") - Number(b.status === "archived") ||
            b.updatedAt - a.updatedAt ||
            compare(b.id, a.id),
        );
      return heir;
    },

    byId: async (id) => sequences.get(id),

    version: async (sequenceId, version) => versions.get(owned(sequenceId, version)),
  };
}

import type { ApiKeys } from "../../../../core/contracts/store.js";
import { compare, type Tables } from "./tables.js";

const minute = 60_000;

export function memoryKeys({ keys }: Tables): ApiKeys {
  return {
    async create(key) {
      if (!keys.has(key.id)) keys.set(key.id, key);
    },

    find: async (hash) => [...keys.values()].find((key) => key.hash === hash),

    list: async (organization) =>
      [...keys.values()]
        .filter((key) => key.organization === organization)
        .sort((a, b) => a.createdAt - b.createdAt || compare(a.id, b.id)),

    async revoke(organization, id) {
      const key = keys.get(id);
      if (key?.organization !== organization) return false;
      keys.set(id, { ...key, active: false });
      return true;
    },

    async touch(id, now) {
      const key = keys.get(id);
      if (key && now - (key.lastUsedAt ?? -Infinity) >= minute) keys.set(id, { ...key, lastUsedAt: now });
    },
  };
}

import type { Project } from "../../../../core/config/project.js";
import type { ServerConfig } from "../../../../core/config/server-config.js";
import type { Runtime, RuntimeParts } from "../../../../core/container.js";
import type { Parts } from "../../../../core/cli/parts.js";
import type { ApiKey } from "../../../../core/contracts/model.js";
import { serverConfig } from "../fake-shell.js";

/** A runtime that does nothing but note what is asked of it, over a list of keys. */
export interface FakeRuntime {
  parts: Partial<Parts>;
  /** In the order of the calls: made, start, stop, close. */
  calls: string[];
  made: RuntimeParts[];
  keys: ApiKey[];
}

/** `behaviour` replaces what the runtime does. */
export function fakeRuntime(
  database: string,
  behaviour: Partial<Runtime> = {},
  sequences: readonly object[] = [],
  config: ServerConfig = serverConfig({ sqlite: { file: database } }),
): FakeRuntime {
  const fake: FakeRuntime = { parts: {}, calls: [], made: [], keys: [] };
  const noted = (name: string) => async () => void fake.calls.push(name);
  const store = {
    keys: {
      list: async () => fake.keys,
      create: async (key: ApiKey) => void fake.keys.push(key),
      revoke: async (organization: string, id: string) =>
        fake.keys.some((key) => key.id === id && key.organization === organization),
    },
  };
  fake.parts = {
    readServerConfig: async () => ({ config }),
    readProject: async () => ({ project: { sequences } as unknown as Project }),
    async createRuntime(parts) {
      fake.made.push(parts);
      fake.calls.push("made");
      const start = async () => (fake.calls.push("start"), { url: "http://127.0.0.1:4711" });
      const lost = new Promise(() => undefined);
      return { store, lost, start, stop: noted("stop"), close: noted("close"), ...behaviour } as unknown as Runtime;
    },
  };
  return fake;
}

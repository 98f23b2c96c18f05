import type { Clock } from "../contracts/clock.js";
import type { PlatformHttp } from "../contracts/connector.js";
import { PlatformRefused } from "../contracts/errors.js";
import type { LoadedSource, Sources } from "../contracts/source.js";
import type { PublishedSequence } from "../contracts/store.js";
import { platformHttp, type PlatformClient } from "./platform-http.js";

export interface SourceParts {
  readonly organization: string;
  readonly sources: readonly LoadedSource[];
  readonly sequences: readonly Pick<PublishedSequence, "id" | "definition">[];
  readonly clock: Clock;
}

/** The sources of this process, with a client of each one's platform. */
export interface OpenSources extends Sources {
  /** Puts others of the same names in their places: a server that takes any free port knows its doors only when it listens. */
  replace(sources: readonly LoadedSource[]): void;
  close(): Promise<void>;
}

export function openSources({ organization, sources, sequences, clock }: SourceParts): OpenSources {
  let byName = new Map(sources.map((source) => [source.name, source]));
  const clients = new Map<string, PlatformClient>();
  const exits = exitsOf(sequences);

  return {
    organization,
    get all() {
      return [...byName.values()];
    },
    get: (name) => byName.get(name),
    exitsOn: (word) => exits.get(word) ?? [],
    http(name) {
      const access = byName.get(name)?.connector.api;
      if (!access) return closed(name);
      const client = clients.get(name) ?? platformHttp(access, clock);
      clients.set(name, client);
      return client;
    },
    replace(others) {
      byName = new Map(others.map((source) => [source.name, source]));
    },
    async close() {
      await Promise.all([...clients.values()].map((client) => client.close()));
    },
  };
}

/** Only an event that lacks something asks: the others need no `api`. */
function closed(name: string): PlatformHttp {
  const message = `The source ${name} has no \`api\`, and its platform would have to be asked`;
  return { get: () => Promise.reject(new PlatformRefused(message)) };
}

function exitsOf(sequences: SourceParts["sequences"]): ReadonlyMap<string, string[]> {
  const exits = new Map<string, string[]>();
  for (const { id, definition } of sequences) {
    for (const word of definition.exitWhen ?? []) exits.set(word, [...(exits.get(word) ?? []), id]);
  }
  return exits;
}

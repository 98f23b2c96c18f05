import type { Connector, EventWord, PlatformHttp } from "./connector.js";
import type { Plugin, SourceHome } from "./plugin.js";

/** What a source does with what arrives: `paused` receives and keeps, `stopped` answers 503. */
export type SourceStatus = "running" | "paused" | "stopped";

/** A source of the project with its plugin, checked and ready. */
export interface LoadedSource {
  readonly name: string;
  /** As its file says it: the name of a plugin of ours, `npm:package` or a path. */
  readonly use: string;
  /** What its events come from: the option `connector`, else the plugin's name. */
  readonly connectorName: string;
  /** By its file; a person may have changed it since. */
  readonly status: SourceStatus;
  readonly plugin: Plugin;
  readonly options: unknown;
  readonly connector: Connector;
  readonly home: SourceHome;
}

/** The sources of this process. */
export interface Sources {
  /** Whose project they are of. */
  readonly organization: string;
  readonly all: readonly LoadedSource[];
  get(name: string): LoadedSource | undefined;
  /** Of which sequences an event of this name ends the runs that its entity has started. */
  exitsOn(word: EventWord): readonly string[];
  /** Asks the platform of a source; rejects when the source has no `api`. */
  http(name: string): PlatformHttp;
}

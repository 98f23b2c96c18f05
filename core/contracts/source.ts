import type { Connector } from "./connector.js";
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

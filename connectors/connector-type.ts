import type Joi from "joi";
import type { Connector } from "../core/contracts/connector.js";

/** What a source says to its connector. */
export interface ConnectorSettings {
  /** Newest first; any may match. Plain text, as configured: nothing is decoded. */
  readonly secrets: readonly string[];
  /** The public URL of the source's door. */
  readonly url: string;
  /** The connector's own options, valid by its `options`. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** One platform that a source can name. */
export interface ConnectorType {
  /** As in `connector: shopify`. */
  readonly name: string;
  /** What it reads, which decides the plugins that can use it: `json` is the generic way in. */
  readonly reads: readonly ("order" | "booking" | "json")[];
  /** The options of a source that only this connector has. */
  readonly options: Readonly<Record<string, Joi.Schema>>;
  /** The platform's own topics that a rule may name; `null`: any text. */
  readonly topics: readonly string[] | null;
  connect(settings: ConnectorSettings): Connector;
}

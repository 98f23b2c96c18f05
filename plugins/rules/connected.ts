import type { Connector } from "../../core/contracts/connector.js";
import type { SourceHome } from "../../core/contracts/plugin.js";
import type { ConnectorTypes, SourceOptions } from "./source-options.js";

/** The connector that the options name, with the options of its own. Its events say when they came. */
export function connected(types: ConnectorTypes, options: SourceOptions, home: SourceHome): Connector {
  const type = types.get(options.connector);
  if (!type) throw new Error(`There is no connector \`${options.connector}\``);
  const own = Object.entries(options).filter(([key]) => Object.hasOwn(type.options, key));
  const connector = type.connect({ secrets: options.secrets, url: home.url, options: Object.fromEntries(own) });
  return {
    ...connector,
    receive: (request) => connector.receive(request).map((event) => ({ ...event, receivedAt: request.receivedAt })),
  };
}

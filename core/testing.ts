import type { SourceHome } from "./contracts/plugin.js";
import { sourceExpressions } from "./expressions/source-expressions.js";

export { requestOf } from "./contracts/suites/connector-deliveries.js";
export { connectorSuite, type ProofScheme, type RecordedDelivery } from "./contracts/suites/connector.js";
export { pluginSuite, type PluginSubject } from "./contracts/suites/plugin.js";
export type { Subject, Test } from "./contracts/suites/suite.js";

/** Where a source would stand in a project with these fields and nothing else. `cel` is what a server has, over the `vars` given. */
export function sourceHome(fields: Partial<Omit<SourceHome, "cel">> = {}): SourceHome {
  const vars = fields.vars ?? {};
  return {
    name: "source",
    url: "https://furrow.example/webhooks/source",
    language: "en",
    sequences: [],
    locations: [],
    employees: [],
    ...fields,
    vars,
    cel: sourceExpressions(vars),
  };
}

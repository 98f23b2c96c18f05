import Joi from "joi";
import type { Connector } from "../../core/contracts/connector.js";
import {
  definePlugin,
  type CelExpression,
  type CelRoots,
  type OptionProblem,
  type Plugin,
  type SourceHome,
} from "../../core/contracts/plugin.js";
import { connected } from "../rules/connected.js";
import { unknownEvents } from "../rules/events.js";
import { preparedExpression, preparedRules, takesText, type PreparedRule } from "../rules/prepared-rules.js";
import { remembered } from "../rules/remembered.js";
import { runRules } from "../rules/run-rules.js";
import { sourceOptions, type ConnectorTypes, type SourceOptions } from "../rules/source-options.js";
import { withDeliveryId } from "./delivery-id.js";

export interface RestOptions extends SourceOptions {
  /** CEL: the delivery id, where the scheme has none. */
  readonly dedupe?: string;
}

/** `event` is the parsed body. */
const roots: CelRoots = { event: "dyn" };

/** The one scheme whose deliveries carry no id. */
const WITHOUT_IDS = "plain";

/** Any signed request starts sequences, by mappings alone. */
export function restPlugin(types: ConnectorTypes): Plugin<RestOptions> {
  const ready = remembered<RestOptions, Ready>((options, home) => readyFor(types, options, home));
  return definePlugin<RestOptions>({
    api: 1,
    name: "rest",
    options: sourceOptions<RestOptions>(types, "json", (connector) => ({
      dedupe: connector === WITHOUT_IDS ? Joi.string() : notWanted,
    })),
    check: (options, home) => [
      ...unknownEvents(options, "json", types),
      ...preparedRules(options.on, roots, home).problems,
      ...withoutEmail(options),
      ...dedupeProblems(options, home),
    ],
    connector: (options, home) => ready(options, home).connector,
    translate(event, options, home) {
      const { rules, dedupe } = ready(options, home);
      const { commands, reason, notes } = runRules(rules, {
        event,
        values: { event: event.payload },
        contact: {},
        consent: null,
        entity: null,
        locationId: null,
        staff: [],
        tables: {},
        home,
      });
      const { note } = withDeliveryId(event, dedupe);
      return { commands, reason, notes: note === null ? notes : [note, ...notes] };
    },
    maxAge: ({ maxAge }) => maxAge,
    testMode: ({ testMode }) => testMode,
  });
}

interface Ready {
  readonly connector: Connector;
  readonly rules: readonly PreparedRule[];
  readonly dedupe: CelExpression | undefined;
}

const notWanted = Joi.forbidden().messages({
  "any.unknown": `\`{#label}\` goes with \`connector: ${WITHOUT_IDS}\`\nThe deliveries of this connector carry an id: remove it`,
});

function readyFor(types: ConnectorTypes, options: RestOptions, home: SourceHome): Ready {
  const made = preparedDedupe(options, home);
  const dedupe = made && "run" in made ? made : undefined;
  const connector = connected(types, options, home);
  return {
    rules: preparedRules(options.on, roots, home).rules,
    dedupe,
    connector: {
      ...connector,
      receive: (request) => connector.receive(request).map((event) => withDeliveryId(event, dedupe).event),
    },
  };
}

function preparedDedupe({ dedupe }: RestOptions, home: SourceHome): CelExpression | OptionProblem | undefined {
  return dedupe === undefined ? undefined : preparedExpression(dedupe, ["dedupe"], roots, home, takesText);
}

function dedupeProblems(options: RestOptions, home: SourceHome): OptionProblem[] {
  const made = preparedDedupe(options, home);
  return made && !("run" in made) ? [made] : [];
}

/** Nothing else says whom to write to. */
function withoutEmail({ on }: RestOptions): OptionProblem[] {
  return on.flatMap(({ contact }, index) => {
    if (contact?.email !== undefined) return [];
    const message = `\`on[${index}].contact.email\` is missing`;
    return [
      { path: ["on", index], rule: "missing-key", message, hint: 'Map it, as in contact: { email: "event.email" }' },
    ];
  });
}

import { definePlugin, MappingFailed } from "furrow";
import { at, text } from "furrow/connectors";
import { connector } from "./connector.js";
import { options } from "./options.js";

/** Each event of one type starts one sequence, once per order and person. */
export default definePlugin({
  api: 1,
  name: "acme",
  options,
  check({ execute }, { sequences }) {
    if (sequences.includes(execute)) return [];
    const hint = `There is: ${sequences.join(", ")}`;
    return [{ path: ["execute"], message: "`execute` is no sequence of the project", hint }];
  },
  connector: ({ secrets }) => connector(secrets),
  translate({ type, payload }, { event, execute }) {
    if (type !== event) return nothing("no_rule");
    const email = text(at(payload, "person", "email"));
    if (email === null) return nothing("no_email");
    const firstName = text(at(payload, "person", "firstName"));
    const order = text(at(payload, "order", "id"));
    if (order === null) throw new MappingFailed("The event has no `order.id`");
    return {
      commands: [
        {
          do: "execute",
          rule: event,
          sequence: execute,
          contact: { email, ...(firstName !== null && { firstName }) },
          context: { order },
          entity: `order:${order}`,
          location: null,
          employee: null,
          startAt: null,
          consent: null,
        },
      ],
      reason: null,
      notes: [],
    };
  },
  maxAge: ({ maxAge }) => maxAge,
});

/**
 * @param {import("furrow").EventReason} reason
 * @returns {import("furrow").Translation}
 */
function nothing(reason) {
  return { commands: [], reason, notes: [] };
}

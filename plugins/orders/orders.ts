import Joi from "joi";
import type { InboundEvent, OrderReading } from "../../core/contracts/connector.js";
import { definePlugin, type Plugin, type Translation } from "../../core/contracts/plugin.js";
import { completed } from "../rules/completed.js";
import { connected } from "../rules/connected.js";
import { unknownEvents } from "../rules/events.js";
import { placeProblems, type PlaceTables } from "../rules/places.js";
import { preparedRules } from "../rules/prepared-rules.js";
import { celValues, keptData } from "../rules/reading-values.js";
import { remembered } from "../rules/remembered.js";
import { sourceOptions, table, type ConnectorTypes, type SourceOptions } from "../rules/source-options.js";
import { translateReading, type ReadEvent } from "../rules/translate-reading.js";
import { orderFields, orderRoots } from "./order-fields.js";

export interface OrdersOptions extends SourceOptions, PlaceTables {
  readonly cancelOn: readonly string[];
}

/** Orders of a shop start sequences, and end them when they are cancelled or refunded. */
export function ordersPlugin(types: ConnectorTypes): Plugin<OrdersOptions> {
  const ready = remembered<OrdersOptions, Ready>((options, home) => ({
    connector: connected(types, options, home),
    rules: preparedRules(options.on, orderRoots, home).rules,
  }));
  return definePlugin<OrdersOptions>({
    api: 1,
    name: "orders",
    options: sourceOptions<OrdersOptions>(types, "order", () => ({
      cancelOn: Joi.array().items(Joi.string()).default(["order.cancelled", "order.refunded"]),
      locations: table,
      employees: table,
    })),
    check: (options, home) => [
      ...unknownEvents(options, "order", types),
      ...preparedRules(options.on, orderRoots, home).problems,
      ...placeProblems(options, home),
    ],
    connector: (options, home) => ready(options, home).connector,
    translate(event, options, home) {
      const { connector, rules } = ready(options, home);
      const read = readOrder(event, connector.reading?.(event));
      return toldUnpaid(translateReading(read, rules, connector, options, home), read, options);
    },
    maxAge: ({ maxAge }) => maxAge,
    testMode: ({ testMode }) => testMode,
  });
}

interface Ready {
  readonly connector: ReturnType<typeof connected>;
  readonly rules: ReturnType<typeof preparedRules>["rules"];
}

function readOrder(event: InboundEvent, reading: { kind: string } | undefined): ReadEvent {
  const order = reading?.kind === "order" ? (reading as OrderReading) : null;
  const whole = order && completed(order, event.known, orderFields);
  return {
    event,
    reading: order,
    whole,
    values: { event: event.payload, order: whole && celValues(whole, orderFields) },
    data: order ? keptData(order, orderFields) : {},
    endedDelay: null,
  };
}

/** No rule wants an event that the platform sends for paid and unpaid orders alike, while the order is not paid and a rule waits for that. */
function toldUnpaid(translation: Translation, { event, reading }: ReadEvent, { on }: OrdersOptions): Translation {
  const unpaid =
    reading?.status === "open" && event.words.length === 0 && on.some((rule) => rule.event === "order.paid");
  return translation.reason === "no_rule" && unpaid ? { ...translation, reason: "unpaid" } : translation;
}

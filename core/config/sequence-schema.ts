import Joi from "joi";
import type { EventWord } from "../contracts/connector.js";
import type { Duration, Purpose, SequenceStatus } from "../contracts/model.js";
import { duration, uuid } from "./fields.js";
import { notBuilt, oneOf, textRead } from "./schema.js";

/** A sequence as it is written, read field by field. What stands under a step's type is read by the type itself. */
export interface SequenceFile {
  id?: string;
  name: string;
  status?: SequenceStatus;
  purpose: Purpose;
  run?: { reentry?: { per?: "contact" | "entity"; cooldown: Duration | "forever" } | null };
  exitWhen?: { event: EventWord }[];
  steps: StepEntry[];
}

export interface StepEntry {
  id: string;
  delay?: Duration;
  when?: string;
  [type: string]: unknown;
}

/** Step types that will come. */
export const plannedStepTypes: readonly string[] = [
  "sms",
  "survey",
  "reviewRequest",
  "link",
  "webhook",
  "branch",
  "waitFor",
];

/** Every one, or this does not compile. */
const words: Readonly<Record<EventWord, true>> = {
  "order.created": true,
  "order.paid": true,
  "order.fulfilled": true,
  "order.delivered": true,
  "order.completed": true,
  "order.cancelled": true,
  "order.refunded": true,
  "order.partlyRefunded": true,
  "booking.created": true,
  "booking.moved": true,
  "booking.cancelled": true,
  "booking.noShow": true,
  "booking.ended": true,
};

/** The keys that a step may have beside its type. */
export const stepKeys: readonly string[] = ["id", "delay", "when"];

const cooldown = Joi.alternatives().conditional(Joi.valid("forever"), { then: Joi.any(), otherwise: duration });

const always = textRead(
  (text) => (text === "always" ? null : undefined),
  "bad-value",
  "must be always or a map with per and cooldown",
).messages({
  "string.base": "wrong-type\t`{#label}` must be always or a map with per and cooldown",
});

const reentry = Joi.alternatives().conditional(Joi.object(), {
  then: Joi.object({ per: oneOf(["contact", "entity"]), cooldown: cooldown.required() }),
  otherwise: always,
});

const stepId = textRead(
  (text) => (/^[a-z0-9][a-z0-9_-]*$/.test(text) ? text : undefined),
  "bad-value",
  "must be lower-case letters, digits, hyphens and underscores",
);

/** What may stand in `sequences/<key>.yaml` when there are step types of these names. */
export function sequenceSchema(types: readonly string[]): Joi.ObjectSchema<SequenceFile> {
  const step = Joi.object({
    id: stepId.required(),
    delay: duration,
    when: Joi.string(),
    onUncertain: Joi.forbidden().messages({
      "any.unknown": "unknown-key\t`onUncertain` does not belong to a step\nMove it into `email`",
    }),
    ...Object.fromEntries(plannedStepTypes.map((name) => [name, notBuilt(`The step type \`${name}\` is`)])),
    ...Object.fromEntries(types.map((name) => [name, Joi.any()])),
  });
  return Joi.object({
    id: uuid,
    name: Joi.string().required(),
    status: oneOf(["draft", "active", "paused", "archived"]),
    purpose: oneOf(["transactional", "marketing"]).required(),
    run: Joi.object({ key: notBuilt("`run.key` is"), reentry }),
    window: notBuilt("Send windows (`window`) are"),
    exitWhen: Joi.array().items(
      Joi.object({
        event: oneOf(Object.keys(words), ["survey.answered"], "Use an event of an order or a booking").required(),
        after: notBuilt("`after` is"),
      }),
    ),
    steps: Joi.array().items(step).required(),
  });
}

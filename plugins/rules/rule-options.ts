import Joi from "joi";
import type { Duration } from "../../core/contracts/model.js";
import type { CommandContact } from "../../core/contracts/plugin.js";

/** Which event starts which sequence, with whom and with what. All but `event`, `execute` and `delay` is CEL. */
export interface RuleOptions {
  /** A word, a topic of the platform in full, or `*`. */
  readonly event: string;
  readonly when?: string;
  /** The key of a sequence. */
  readonly execute: string;
  readonly delay?: Duration;
  readonly contact?: Readonly<Partial<Record<ContactField, string>>>;
  readonly location?: string;
  readonly employee?: string;
  readonly context?: Readonly<Record<string, string>>;
  readonly entity?: string;
  readonly startAt?: string;
}

export type ContactField = keyof CommandContact;

export const contactFields = [
  "email",
  "firstName",
  "lastName",
  "phone",
  "preferredLanguage",
  "timeZone",
] as const satisfies readonly ContactField[];

const cel = Joi.string();

export function ruleSchema(duration: Joi.Schema): Joi.ObjectSchema<RuleOptions> {
  return Joi.object({
    event: Joi.string().required(),
    when: cel,
    execute: Joi.string().required(),
    delay: duration,
    contact: Joi.object(Object.fromEntries(contactFields.map((field) => [field, cel]))),
    location: cel,
    employee: cel,
    context: Joi.object().pattern(/^[A-Za-z_]\w*$/, cel),
    entity: cel,
    startAt: cel,
  });
}

import Joi from "joi";
import type { Address } from "../contracts/channel.js";
import type { JsonObject } from "../contracts/model.js";
import type { StepProblem, StepReading, UncertainPolicy } from "../contracts/step.js";
import { mailbox } from "../people/mailbox.js";
import { emailTexts, type EmailTexts, type TextsFile } from "./email-texts.js";
import { languageFor } from "./language.js";
import { problemsOf } from "./problems.js";

/** An email step as a version keeps it: all its texts, in every language, so that nothing else is needed to run it. */
export type EmailSettings = {
  onUncertain: UncertainPolicy;
  from: Mailbox | null;
  replyTo: Mailbox | null;
  /** Who speaks none of the languages gets this one. */
  fallback: string;
  languages: Record<string, EmailTexts>;
};
type Mailbox = { email: string; name: string | null };

interface EmailFile extends TextsFile {
  onUncertain?: UncertainPolicy;
  from?: string;
  replyTo?: string;
}

const PLANNED = ["channel", "attachments"];

const mail = Joi.string().custom((text: string, helpers) => (mailbox(text) ? text : helpers.error("any.mailbox")));

const schema = Joi.object<EmailFile>({
  subject: Joi.string(),
  text: Joi.string(),
  html: Joi.string(),
  template: Joi.string(),
  onUncertain: Joi.valid("retry", "hold", "skip"),
  from: mail,
  replyTo: mail,
})
  .required()
  .label("email")
  .messages({ "any.mailbox": "{#label} must be an address: a@b.example or Some Name <a@b.example>" });

/** Reads what stands under `email`, its template files included, and checks it whole. */
export function readEmail(
  value: unknown,
  reading: StepReading,
): { settings: JsonObject } | { problems: StepProblem[] } {
  const problems = problemsOf(schema, value, PLANNED);
  if (problems.length > 0) return { problems };
  const file = value as EmailFile;
  const read = emailTexts(file, reading);
  if ("problems" in read) return read;
  const { languages } = read;
  const [first = reading.language] = Object.keys(languages);
  const settings: EmailSettings = {
    onUncertain: file.onUncertain ?? (reading.purpose === "marketing" ? "hold" : "retry"),
    from: stored(file.from),
    replyTo: stored(file.replyTo),
    fallback: languageFor(reading.language, { languages, fallback: first }),
    languages,
  };
  return { settings };
}

function stored(text: string | undefined): Mailbox | null {
  const address: Address | undefined = text === undefined ? undefined : mailbox(text);
  return address ? { email: address.email, name: address.name ?? null } : null;
}

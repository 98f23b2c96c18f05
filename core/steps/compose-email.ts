import type { Address, Message } from "../contracts/channel.js";
import type { Contact } from "../contracts/model.js";
import type { Composed, Letter, Letters, StepHome, StepView, Unfilled, ValuesOf } from "../contracts/step.js";
import { emailAddress } from "../people/email-address.js";
import type { EmailSettings } from "./email-settings.js";
import { languageFor } from "./language.js";

/** A longer subject does not fit the header line that it becomes. */
const LONGEST_SUBJECT = 900;
const LONGEST_NAME = 200;
const UNPRINTABLE = /[\p{Cc}\u2028\u2029]+/gu;

/** Fills in the mail of one step for one sending after another. A text is made ready when the first person needs its language. */
export function composer(
  stepId: string,
  settings: EmailSettings,
  sequence: StepHome,
  values: ValuesOf,
  letters: Letters,
): (view: StepView) => Composed | Promise<Composed> {
  const ready = new Map<string, ReturnType<Letters>>();
  const letterIn = (language: string): ReturnType<Letters> => {
    const known = ready.get(language);
    if (known) return known;
    const texts = settings.languages[language];
    if (!texts) throw new Error(`The step ${stepId} of ${sequence.key} was stored without texts in "${language}"`);
    const letter = letters({ ...texts, language, purpose: sequence.purpose });
    ready.set(language, letter);
    return letter;
  };
  const envelope = {
    organization: sequence.organization,
    stepId,
    category: sequence.key,
    ...(settings.from && { from: address(settings.from) }),
    ...(settings.replyTo && { replyTo: address(settings.replyTo) }),
  };
  const written = (view: StepView, headers: Message["headers"], filled: Letter | Unfilled): Composed => {
    if ("unfilled" in filled) return { refused: "template", note: filled.unfilled };
    const { subject, text, html } = filled;
    const refusal = badTexts(subject, text, html);
    if (refusal !== undefined) return { refused: "template", note: refusal };
    const message: Message = {
      ...envelope,
      sendingId: view.sending.id,
      attemptId: view.attemptId,
      to: recipient(view.contact),
      subject,
      // Providers refuse a mail without words in its text part: one that is all pictures says its subject.
      text: text.trim() === "" ? subject : text,
      ...(html !== undefined && { html }),
      headers,
    };
    return { message };
  };
  return (view) => {
    if (emailAddress(view.contact.email) === undefined) {
      return { refused: "bad_address", note: "The contact has no usable address" };
    }
    const seen = values(view);
    const headers = headersFor(view.sending.id, sequence, seen);
    const filled = letterIn(languageFor(view.contact.preferredLanguage, settings))(seen);
    return filled instanceof Promise
      ? filled.then((late) => written(view, headers, late))
      : written(view, headers, filled);
  };
}

function badTexts(subject: string, text: string, html: string | undefined): string | undefined {
  if (subject === "") return "The subject is empty";
  if (subject.length > LONGEST_SUBJECT) return `The subject is longer than ${LONGEST_SUBJECT} characters`;
  return text.trim() === "" && (html ?? "").trim() === "" ? "The message is empty" : undefined;
}

function recipient({ email, firstName, lastName }: Contact): Address {
  const name = [firstName, lastName].filter(Boolean).join(" ").replace(UNPRINTABLE, " ").trim();
  return name === "" || name.length > LONGEST_NAME ? { email } : { email, name };
}

/** RFC 2369 and RFC 8058: marketing mail can be opted out of with one click. */
function headersFor(sendingId: string, { purpose }: StepHome, { links }: ReturnType<ValuesOf>): Record<string, string> {
  if (purpose !== "marketing") return { "X-Sending-Id": sendingId };
  return {
    "X-Sending-Id": sendingId,
    "List-Unsubscribe": `<${links.unsubscribe}>`,
    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
  };
}

function address({ email, name }: { email: string; name: string | null }): Address {
  return name === null ? { email } : { email, name };
}

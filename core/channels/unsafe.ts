import type { Message } from "../contracts/channel.js";

const allowedHeader = /^(?:List|X)-[a-z0-9-]{1,64}$/i;
const providersOwn = /^x-(?:sg-|smtpapi$)/i;
const unsafeCharacter = /[\p{Cc}\u2028\u2029]/u;

/**
 * Why a message must not go out: something in it could become a mail header of its own. `undefined` when nothing could. Names the part,
 * never its content.
 */
export function unsafe(message: Message): string | undefined {
  const parts = { subject: message.subject, to: message.to, from: message.from, replyTo: message.replyTo };
  for (const [part, value] of Object.entries(parts)) {
    const texts = typeof value === "object" ? [value.email, value.name ?? ""] : [value ?? ""];
    if (texts.some((text) => unsafeCharacter.test(text))) return `There are control characters in "${part}"`;
  }
  for (const [name, value] of Object.entries(message.headers)) {
    if (!allowedHeader.test(name) || providersOwn.test(name)) return "There is a header whose name is not allowed";
    if (unsafeCharacter.test(value)) return `There are control characters in the header ${name}`;
  }
  return undefined;
}

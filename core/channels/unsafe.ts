import type { Address, Message } from "../contracts/channel.js";

const allowedHeader = /^(?:List|X)-[a-z0-9-]{1,64}$/i;
const providersOwn = /^x-(?:sg-|smtpapi$)/i;
const unsafeCharacter = /[\p{Cc}\u2028\u2029]/u;

/**
 * Why a message must not go out: something in it could become a mail header of its own. `undefined` when nothing could. Names the part,
 * never its content.
 */
export function unsafe(message: Message): string | undefined {
  const part = unsafePart(message);
  if (part !== undefined) return `There are control characters in "${part}"`;
  for (const [name, value] of Object.entries(message.headers)) {
    if (!allowedHeader.test(name) || providersOwn.test(name)) return "There is a header whose name is not allowed";
    if (unsafeCharacter.test(value)) return `There are control characters in the header ${name}`;
  }
  return undefined;
}

function unsafePart({ subject, to, from, replyTo }: Message): string | undefined {
  if (unsafeCharacter.test(subject)) return "subject";
  if (isUnsafe(to)) return "to";
  if (from && isUnsafe(from)) return "from";
  return replyTo && isUnsafe(replyTo) ? "replyTo" : undefined;
}

function isUnsafe({ email, name }: Address): boolean {
  return unsafeCharacter.test(email) || (name !== undefined && unsafeCharacter.test(name));
}

import type { Address } from "../contracts/channel.js";
import { emailAddress } from "./email-address.js";

const LONGEST_NAME = 200;

/** Reads `a@b.example` or `Some Name <a@b.example>`, the name quoted or not; `undefined` when it is neither. */
export function mailbox(text: string): Address | undefined {
  const trimmed = text.trim();
  if (!trimmed.endsWith(">")) return plain(trimmed);
  const open = trimmed.lastIndexOf("<");
  if (open < 0) return undefined;
  const email = emailAddress(trimmed.slice(open + 1, -1));
  const name = unquoted(trimmed.slice(0, open).trim());
  if (email === undefined || name === undefined) return undefined;
  return name === "" ? { email } : { email, name };
}

function plain(text: string): Address | undefined {
  const email = emailAddress(text);
  return email === undefined ? undefined : { email };
}

/** `undefined` for what cannot stand in a header, or would hide another address. */
function unquoted(name: string): string | undefined {
  const bare = name.length > 1 && name.startsWith('"') && name.endsWith('"') ? name.slice(1, -1).trim() : name;
  return bare.length > LONGEST_NAME || /[\p{Cc}\u2028\u2029<>"\\]/u.test(bare) ? undefined : bare;
}

import type { Address } from "../contracts/channel.js";

/** Reads `a@b.example`, `Ann <a@b.example>` and `"Ann, Inc." <a@b.example>`; `undefined` for anything else. */
export function parseAddress(text: string): Address | undefined {
  const found = /^(?:(?<name>[^<>]*)<(?<inner>[^<>]*)>|(?<bare>[^<>]*))$/u.exec(text.trim());
  const email = (found?.groups?.["inner"] ?? found?.groups?.["bare"] ?? "").trim();
  const name = unquoted((found?.groups?.["name"] ?? "").trim());
  if (name === undefined || /\p{Cc}/u.test(text) || !isMailbox(email)) return undefined;
  return name === "" ? { email } : { email, name };
}

/** The text that `parseAddress` reads as the same address. */
export function formatAddress({ email, name }: Address): string {
  if (!name) return email;
  return /^[\p{L}\p{N} .'-]+$/u.test(name) ? `${name} <${email}>` : `"${name.replace(/["\\]/g, "\\$&")}" <${email}>`;
}

function unquoted(name: string): string | undefined {
  if (!name.includes('"')) return name;
  const inside = /^"((?:[^"\\]|\\.)*)"$/u.exec(name)?.[1];
  return inside?.replace(/\\(.)/gu, "$1");
}

function isMailbox(email: string): boolean {
  const [local, domain, ...more] = email.split("@");
  if (!local || !domain || more.length > 0 || local.length > 64 || email.length > 254) return false;
  return !/[\s,;:"()[\]\\]/.test(email) && !/^\.|\.$|\.\./.test(domain);
}

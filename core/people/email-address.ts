import { domainToASCII } from "node:url";

const LONGEST = 254;
const LONGEST_LOCAL = 64;

/** Beside letters and digits: what may stand unquoted before the `@` (RFC 5322 atext and the dot), with all that is not ASCII (RFC 6531). */
const LOCAL = /^[\w!#$%&'*+/=?^`{|}~.\u0080-\u{10FFFF}-]+$/u;
const DOMAIN = /^[a-z0-9.\u0080-\u{10FFFF}-]+$/u;
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** White space, controls, invisible format characters, lone surrogates and unassigned or private characters. */
const NEVER = /[\p{Z}\p{C}]/u;

/**
 * The address trimmed and in lower case, or `undefined` when it cannot be one: it has one `@`, a local part of at most 64 bytes without
 * quoting, a domain of at least two labels that DNS could hold (an international one is kept as it was given), and at most 254 bytes.
 * Takes time linear in the length.
 */
export function emailAddress(raw: string): string | undefined {
  const address = raw.trim().toLowerCase();
  if (address.length > LONGEST || Buffer.byteLength(address) > LONGEST || NEVER.test(address)) return undefined;
  const at = address.indexOf("@");
  const local = address.slice(0, at);
  const domain = address.slice(at + 1);
  return at > 0 && isLocal(local) && isDomain(domain) ? address : undefined;
}

function isLocal(local: string): boolean {
  if (Buffer.byteLength(local) > LONGEST_LOCAL || !LOCAL.test(local)) return false;
  return !local.startsWith(".") && !local.endsWith(".") && !local.includes("..");
}

function isDomain(domain: string): boolean {
  if (!DOMAIN.test(domain)) return false;
  const labels = domainToASCII(domain).split(".");
  // A last label of digits alone is an IPv4 address.
  return labels.length > 1 && labels.every((label) => LABEL.test(label)) && !/^\d+$/.test(labels.at(-1) ?? "");
}

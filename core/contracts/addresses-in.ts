const longest = 254;
/** What cannot stand in an address without quotes, and what usually stands around one. */
const around = /[\s"<>()[\],;:\\@{}]/u;
/** What can stand in an address and also between it and something else. */
const perhapsAround = /[=&?/|']/;
const domain = /[\p{L}\p{N}.-]/u;

/**
 * Every email address in a text, in lower case, whether it stands in JSON, in a form or in a sentence. Where a text can be read in two
 * ways both are answered. Takes time in proportion to the text, whatever is in it.
 */
export function addressesIn(text: string): Set<string> {
  const plain = decoded(text);
  const found = new Set<string>();
  for (let at = plain.indexOf("@"); at >= 0; at = plain.indexOf("@", at + 1)) {
    const host = hostAfter(plain, at);
    if (host !== "") for (const name of namesBefore(plain, at)) found.add(`${name}@${host}`.toLowerCase());
  }
  return found;
}

function namesBefore(text: string, at: number): string[] {
  const names: string[] = [];
  let from = at;
  while (from > 0 && at - from < longest && !around.test(text.charAt(from - 1))) {
    from -= 1;
    if (perhapsAround.test(text.charAt(from)) && from + 1 < at) names.push(text.slice(from + 1, at));
  }
  return from < at ? [...names, text.slice(from, at)] : names;
}

function hostAfter(text: string, at: number): string {
  let to = at + 1;
  while (to - at <= longest && domain.test(text.charAt(to))) to += 1;
  return text.slice(at + 1, to).replace(/[.-]+$/, "");
}

/** Without the escapes of JSON and of forms. */
function decoded(text: string): string {
  const unescaped = text.includes("\\u")
    ? text.replace(/\\u([0-9a-f]{4})/gi, (_, hex: string) => character(hex))
    : text;
  return unescaped.includes("%") ? unescaped.replace(/(?:%[0-9a-f]{2})+/gi, unquoted) : unescaped;
}

function character(hex: string): string {
  return String.fromCharCode(Number.parseInt(hex, 16));
}

function unquoted(escapes: string): string {
  try {
    return decodeURIComponent(escapes);
  } catch {
    return escapes;
  }
}

const MAX_READ = 1000;
const MAX_TOLD = 300;

/**
 * What an error answer of SendGrid says, as `: from.email: The from address is not verified`; empty when it says nothing readable. One
 * line of at most 300 characters, in which addresses and `secrets` are masked.
 */
export function providersWords(body: string, secrets: readonly string[]): string {
  const words = errorsIn(body)
    .map(({ field, message }) => [field, message].filter((part) => typeof part === "string" && part !== "").join(": "))
    .filter((line) => line !== "")
    .join("; ");
  const told = shortened(masked(beginning(words), secrets));
  return told === "" ? "" : `: ${told}`;
}

interface Told {
  field?: unknown;
  message?: unknown;
}

function errorsIn(body: string): Told[] {
  try {
    const { errors } = JSON.parse(body) as { errors?: unknown };
    return Array.isArray(errors)
      ? errors.filter((error): error is Told => typeof error === "object" && error !== null)
      : [];
  } catch {
    return [];
  }
}

/** Cut between words, so that no half of an address stays. */
function beginning(words: string): string {
  return words.length <= MAX_READ ? words : words.slice(0, MAX_READ).replace(/\S*$/, "");
}

function masked(words: string, secrets: readonly string[]): string {
  const hidden = secrets
    .filter((secret) => secret !== "")
    .reduce((text, secret) => text.replaceAll(secret, "[…]"), words);
  return hidden.replace(/\S*@\S*|SG\.[\w.-]+/g, "[…]").replace(/[\p{Cc}\u2028\u2029]+/gu, " ");
}

function shortened(words: string): string {
  return words.length <= MAX_TOLD ? words : `${words.slice(0, MAX_TOLD - 1)}…`;
}

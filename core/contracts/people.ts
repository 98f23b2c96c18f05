/** How raw addresses and phone numbers become the ones that are stored. Pure. */
export interface Normalizer {
  /** Trimmed and lower-cased, or `undefined` when it cannot be an email address. */
  email(raw: string): string | undefined;
  /** E.164 when it can be read, with `country` (ISO 3166-1 alpha-2) for numbers without a prefix; else as it was given, trimmed. */
  phone(raw: string, country: string | null): string;
}

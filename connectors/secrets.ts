/** The secrets that say something: nobody gets in by an empty one. */
export function usable(secrets: readonly string[]): string[] {
  return secrets.filter((secret) => secret !== "");
}

/** The secret to sign with. Throws when the source has none. */
export function newest(secrets: readonly string[]): string {
  const [secret] = usable(secrets);
  if (secret === undefined) throw new Error("The source has no secret to sign with: name one in its `secrets`");
  return secret;
}

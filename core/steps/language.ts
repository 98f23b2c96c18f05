/** The language for a person: the one they prefer, else that without its region (`de` for `de-AT`), else the fallback. */
export function languageFor(
  preferred: string | null,
  { languages, fallback }: { languages: Readonly<Record<string, unknown>>; fallback: string },
): string {
  if (preferred === null) return fallback;
  if (Object.hasOwn(languages, preferred)) return preferred;
  const wanted = preferred.replaceAll("_", "-").toLowerCase();
  const spoken = Object.keys(languages);
  const exact = spoken.find((language) => language.toLowerCase() === wanted);
  return exact ?? spoken.find((language) => language.toLowerCase() === wanted.split("-")[0]) ?? fallback;
}

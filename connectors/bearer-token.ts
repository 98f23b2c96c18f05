/** The token of `Authorization: Bearer …`; empty when there is none. */
export function bearerToken(headers: Readonly<Record<string, string>>): string {
  return /^Bearer +(\S.*)$/i.exec(headers.authorization ?? "")?.[1] ?? "";
}

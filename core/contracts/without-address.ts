/**
 * The kept answer (JSON) without the address (in lower case), however that was spelled in the call, and not as a part of a longer one. The
 * answer itself stays: without it, a call that is made again would mail everybody else in it again.
 */
export function withoutAddress(body: string, email: string): string {
  const spelled = JSON.stringify(email)
    .slice(1, -1)
    .replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return body.replace(new RegExp(`(?<=["\\s]|\\\\[a-z])${spelled}(?=["\\s\\\\])`, "gi"), "erased");
}

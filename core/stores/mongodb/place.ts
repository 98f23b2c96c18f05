/** The address of a database as a person may see it: without user, password and options. */
export function placeOf(url: string): string {
  const [, scheme = "mongodb", hosts = "", name = ""] =
    /^(mongodb(?:\+srv)?):\/\/(?:[^@/]*@)?([^/?]*)\/?([^?]*)/.exec(url) ?? [];
  return `${scheme}://${hosts}/${name === "" ? "furrow" : name}`;
}

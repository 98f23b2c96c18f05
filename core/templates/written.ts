/** How Liquid writes a value: nothing for `null`, the items of a list one after the other. */
export function written(value: unknown): string {
  if (typeof value === "string") return value;
  if (value === null || value === undefined) return "";
  if (Array.isArray(value)) return value.map(written).join("");
  const printable: { toString(): string } = value;
  return String(printable);
}

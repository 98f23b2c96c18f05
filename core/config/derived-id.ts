import { createHash } from "node:crypto";

/** Of all ids that Furrow derives. Changing it would change every one of them. */
const NAMESPACE = Buffer.from("8f7a4c0e3f0b4d4b9c55d1f0a2b6e713", "hex");

/** The UUIDv5 of a thing of the project: the same for the same organization, kind and key on every machine and at every time. */
export function derivedId(organization: string, kind: "sequence" | "location" | "employee", key: string): string {
  const bytes = createHash("sha1")
    .update(NAMESPACE)
    .update(JSON.stringify([organization, kind, key]))
    .digest()
    .subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

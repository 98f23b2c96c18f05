import { randomBytes } from "node:crypto";
import { Binary } from "mongodb";
import type { Database } from "./database.js";
import type { SecretDocument } from "./documents.js";

/** The secret of this name: 32 random bytes, made at the first call and the same ever after. */
export async function secret({ secrets }: Database, name: string): Promise<Uint8Array> {
  const found = await secrets.findOne({ _id: { $eq: name } });
  if (found) return bytesOf(found);
  const made = { $setOnInsert: { value: new Binary(randomBytes(32)) } };
  const kept = await secrets.findOneAndUpdate({ _id: { $eq: name } }, made, { upsert: true, returnDocument: "after" });
  return bytesOf(kept as SecretDocument);
}

function bytesOf({ value }: SecretDocument): Uint8Array {
  return new Uint8Array(value.value());
}

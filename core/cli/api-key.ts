import { createHash, randomBytes } from "node:crypto";

/** A new API key, `dem_` and 43 characters for 32 random bytes, with the lower-case hex SHA-256 that is stored of it. */
export function newApiKey(): { key: string; hash: string } {
  const key = `dem_${randomBytes(32).toString("base64url")}`;
  return { key, hash: createHash("sha256").update(key).digest("hex") };
}

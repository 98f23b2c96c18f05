import { createHmac } from "node:crypto";
import fc from "fast-check";
import { test } from "tap";
import { hmacSha256 } from "../../../core/links/hmac.js";

test("the same as node:crypto's, for keys and messages of any length", async (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.uint8Array({ maxLength: 200 }), (key, message) =>
      hmacSha256(key)(message).equals(createHmac("sha256", key).update(message).digest()),
    ),
    { numRuns: 500 },
  );
  t.equal(
    hmacSha256(Buffer.from("Jefe"))(Buffer.from("what do ya want for nothing?")).toString("hex"),
    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    "RFC 4231, test case 2",
  );
});

import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { test } from "tap";
import { unsubscribeLinks } from "../../../core/links/unsubscribe-links.js";

const secret = randomBytes(32);
const links = unsubscribeLinks({ secret, publicUrl: () => "https://mail.example/furrow/" });
const id = "0199a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b";

test("a link is the public address, /u/ and a token", async (t) => {
  t.equal(links.link(id), `https://mail.example/furrow/u/${links.token(id)}`);
  t.match(links.token(id), /^[\w-]{43}$/);
  let port = 0;
  const late = unsubscribeLinks({ secret, publicUrl: () => `http://127.0.0.1:${port}` });
  port = 3000;
  t.match(late.link(id), /^http:\/\/127\.0\.0\.1:3000\/u\/[\w-]{43}$/, "the address is that of the moment");
});

test("every token names its sending", async () => {
  fc.assert(
    fc.property(fc.uuid(), (sending) => links.sendingOf(links.token(sending)) === sending),
    { numRuns: 300 },
  );
});

test("no token survives a flipped bit or another spelling", async (t) => {
  const token = links.token(id);
  const bytes = Buffer.from(token, "base64url");
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const forged = Buffer.from(bytes);
    forged[bit >> 3]! ^= 1 << (bit & 7);
    if (links.sendingOf(forged.toString("base64url")) !== undefined) t.fail(`bit ${bit} may be flipped`);
  }
  const last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".split("");
  const accepted = last.filter((character) => links.sendingOf(token.slice(0, -1) + character) !== undefined);
  t.same(accepted, [token.at(-1)]);
});

test("whatever is no token is no sending", async (t) => {
  for (const text of [
    "",
    "a",
    `${links.token(id)}A`,
    links.token(id).slice(1),
    `${links.token(id)}=`,
    "é".repeat(43),
    "A".repeat(43),
    id,
  ]) {
    t.equal(links.sendingOf(text), undefined, text);
  }
  fc.assert(
    fc.property(fc.string({ maxLength: 60 }), (text) => links.sendingOf(text) === undefined),
    { numRuns: 300 },
  );
});

test("a token of another secret is none", async (t) => {
  const others = unsubscribeLinks({ secret: randomBytes(32), publicUrl: () => "https://mail.example" });
  t.equal(links.sendingOf(others.token(id)), undefined);
});

test("the public address cannot break out of a header", async (t) => {
  const { link } = unsubscribeLinks({ secret, publicUrl: () => "https://mail.example/a>b\r\nX: y" });
  t.notMatch(link(id), /[\s<>]/);
  t.throws(() => unsubscribeLinks({ secret, publicUrl: () => "mail.example" }).link(id));
});

test("a sending that is no UUID is a defect", async (t) => {
  t.throws(() => links.token("1001"), /must be a UUID/);
});

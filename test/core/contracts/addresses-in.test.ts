import { test } from "tap";
import { addressesIn } from "../../../core/contracts/addresses-in.js";

test("addresses are found in every text that events come as", async (t) => {
  const found: [text: string, ...addresses: string[]][] = [
    ["", ...[]],
    ["nobody @ home, @all, me@", ...[]],
    ['{"email":"Ada@Example.com","n":1}', "ada@example.com"],
    ['{"to":"ada\\u0040example.com\\n"}', "ada@example.com"],
    ["Ada <ada+shop@mail.example.com>, bob@example.com.", "ada+shop@mail.example.com", "bob@example.com"],
    ["mailto:ada@example.com;", "ada@example.com"],
    ["'ada@example.com'", "ada@example.com"],
    ["grüße@müller.example", "grüße@müller.example"],
    ["{% if x %}100% of ada%40example.com%ff%", "ada@example.com"],
  ];
  for (const [text, ...addresses] of found) for (const one of addresses) t.ok(addressesIn(text).has(one), text);
  t.same(addressesIn("nobody @ home, @all, me@"), new Set());
  t.same(addressesIn("ada@example.com ada@EXAMPLE.com"), new Set(["ada@example.com"]));
  t.ok(addressesIn("id=1&email=ada%40example.com&x=2").has("ada@example.com"));
  t.ok(addressesIn("https://shop.example/u/ada@example.com/orders").has("ada@example.com"));
  t.notOk(addressesIn("armada@example.com").has("ada@example.com"));
  t.notOk(addressesIn("ada@example.com.mx").has("ada@example.com"));
});

test("a text takes time in proportion to its length, whatever is in it", async (t) => {
  for (const text of ["a".repeat(2_000_000), "a@".repeat(100_000), "%41".repeat(300_000), "@".repeat(300_000)]) {
    const before = process.cpuUsage();
    addressesIn(text);
    const { user } = process.cpuUsage(before);
    t.ok(user < 5_000_000, `${user / 1_000} ms of computing`);
  }
});

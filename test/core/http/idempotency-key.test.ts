import { test } from "tap";
import { fingerprint, idempotencyKey } from "../../../core/http/idempotency-key.js";

test("a key may be bare or quoted", async (t) => {
  const good: [string, string][] = [
    ["order-1001", "order-1001"],
    ['"order-1001"', "order-1001"],
    ["!", "!"],
    ['a"b', 'a"b'],
    ['"a\\"b\\\\c"', 'a"b\\c'],
    ["x".repeat(255), "x".repeat(255)],
    [`"${"x".repeat(255)}"`, "x".repeat(255)],
  ];
  for (const [header, key] of good) t.equal(idempotencyKey(header), key, header.slice(0, 20));
  t.equal(idempotencyKey(undefined), undefined);
});

test("everything else is refused", async (t) => {
  const bad = [
    "",
    '""',
    '"',
    '"open',
    'open"x y',
    "a b",
    "a, b",
    '"a b"',
    "tab\tbed",
    "é",
    "\u0000",
    "x".repeat(256),
    `"${"x".repeat(256)}"`,
    '"a"b"',
    '"a\\b"',
  ];
  for (const header of bad)
    t.throws(() => idempotencyKey(header), { code: "VALIDATION_ERROR" }, JSON.stringify(header).slice(0, 20));
});

test("the fingerprint is that of the meaning, not of the spelling", async (t) => {
  const of = (body: string): string => fingerprint("POST", "/a", JSON.parse(body));
  const one = of('{"b":[1,{"y":null,"x":"é"}],"a":1.0}');
  t.match(one, /^[0-9a-f]{64}$/);
  t.equal(one, of('{ "a": 1, "b": [1, {"x": "\\u00e9", "y": null}] }'));
  t.not(one, of('{"b":[{"y":null,"x":"é"},1],"a":1}'), "order in a list counts");
  t.not(one, of('{"b":[1,{"y":null,"x":"é"}],"a":"1"}'), "types count");
  t.not(one, fingerprint("POST", "/b", JSON.parse('{"b":[1,{"y":null,"x":"é"}],"a":1}')), "the path counts");
});

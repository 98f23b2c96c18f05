import fc from "fast-check";
import { test } from "tap";
import { Malformed } from "../../../core/contracts/errors.js";
import { parseJson } from "../../../core/contracts/lossless-json.js";

/** What looks like a long whole number, and is one or not. */
const tokens = [
  ...["0", "true", "-1.5e3", "1234567890123456", "9007199254740991", "-9007199254740991"],
  ...["9007199254740992", "9007199254740993", "-9007199254740993", "12345678901234567", "-12345678901234567890"],
  ...["1.12345678901234567", "12345678901234567890.5", "12345678901234567890e2", "1e12345678901234567"],
  ...["1E-12345678901234567", "1e+1234567890123456789", "0.00012345678901234567"],
  ...[
    '"12345678901234567"',
    '"a\\"12345678901234567"',
    '"\\\\"',
    '"\\\\\\"1234567890123456789"',
    '"1234567890123456789\\\\"',
  ],
];

test("whole numbers beyond 2^53 become their digits, and nothing else changes", (t) => {
  const value = fc.constantFrom(...tokens);
  const object = fc.tuple(value, value).map(([a, b]) => `{"1234567890123456789":${a} , "b" : ${b}}`);
  const list = fc.array(fc.oneof(value, object)).map((values) => `[${values.join(",\n")}]`);
  fc.assert(fc.property(list, (text) => void t.same(parseJson(text), JSON.parse(text, exact), text)));
  t.end();
});

test("a long number where JSON has no place for one is no JSON", (t) => {
  const broken = ["{12345678901234567: 1}", "[012345678901234567]", '["12345678901234567', "[12345678901234567"];
  for (const text of [...broken, "12345678901234567-", "[12345678901234567 12345678901234567]"]) {
    t.throws(() => parseJson(text), Malformed, text);
  }
  t.end();
});

/** The rule, value by value. */
function exact(_key: string, value: unknown, { source = "" }: { source?: string } = {}): unknown {
  return typeof value === "number" && /^-?\d+$/.test(source) && !Number.isSafeInteger(value) ? source : value;
}

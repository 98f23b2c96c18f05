import fc from "fast-check";
import { test } from "tap";
import { Refusal } from "../../../core/contracts/errors.js";
import { parseJson } from "../../../core/http/json-body.js";

const parse = (text: string | Buffer): unknown => parseJson(Buffer.from(text as string));
const nested = (depth: number, open: string, close: string): string => open.repeat(depth) + close.repeat(depth);
const keys = (count: number): string => Array.from({ length: count }, (_, n) => `"k${n}":0`).join(",");

test("any JSON that is not hostile is what JSON.parse makes of it", async () => {
  const key = fc.string().filter((text) => text !== "__proto__" && text !== "constructor");
  const { json } = fc.letrec((tie) => ({
    json: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom(null, true, 0, -1.5e3, "", '"\\', "}{][:,", "\u2028"),
      fc.string({ unit: "grapheme" }),
      fc.array(tie("json"), { maxLength: 4 }),
      fc.dictionary(key, tie("json"), { maxKeys: 4, noNullPrototype: true }),
    ),
  }));
  fc.assert(
    fc.property(json, fc.constantFrom(0, 1, "\t"), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      return JSON.stringify(parse(text)) === JSON.stringify(JSON.parse(text));
    }),
    { numRuns: 500 },
  );
});

test("hostile JSON is refused with a sentence", async (t) => {
  const cases: [string, string | Buffer, RegExp][] = [
    ["nothing but a brace", "{", /not JSON/],
    ["an open string", '{"a', /not JSON/],
    ["an open string that ends in a backslash", '{"a\\', /not JSON/],
    ["two values", "{} {}", /not JSON/],
    ["closing first", "]]]]{", /not JSON/],
    ["a number that JSON does not have", '{"a": NaN}', /not JSON/],
    ["a broken escape in a key", '{"\\u005f_prot\\x": 1}', /not JSON/],
    ["bytes that are not UTF-8", Buffer.from([0x22, 0xff, 0xfe, 0x22]), /not UTF-8/],
    ["UTF-16", Buffer.from('{"a":1}', "utf16le"), /not JSON/],
    ["arrays, 33 deep", nested(33, "[", "]"), /deeper than 32/],
    ["objects, 33 deep", `${'{"a":'.repeat(32)}{}${"}".repeat(32)}`, /deeper than 32/],
    ["a million brackets", "[".repeat(1_000_000), /deeper than 32/],
    ["1,001 keys", `{${keys(1_001)}}`, /more than 1000 keys/],
    ["1,001 times the same key", `{${'"a":1,'.repeat(1_000)}"a":1}`, /more than 1000 keys/],
    ["__proto__", '{"a":{"__proto__":{"x":1}}}', /__proto__/],
    ["constructor", '{"a":[{"constructor" : 1}]}', /__proto__/],
    ["__proto__, escaped", '{"\\u005f\\u005fproto\\u005F_":1}', /__proto__/],
    ["constructor, escaped", '{"\\u0063onstructor"\n:1}', /__proto__/],
  ];
  for (const [name, text, message] of cases) t.throws(() => parse(text), { code: "VALIDATION_ERROR", message }, name);
});

test("the limits themselves are allowed, and only keys are looked at", async (t) => {
  t.ok(parse(nested(32, "[", "]")), "32 deep");
  t.equal(Object.keys(parse(`{${keys(1_000)}}`) as object).length, 1_000);
  t.same(
    parse(`[{${keys(600)}},{${keys(600)}}]`),
    JSON.parse(`[{${keys(600)}},{${keys(600)}}]`),
    "each object has its own count",
  );
  t.same(parse('{"a":"__proto__","b":["constructor"]}'), { a: "__proto__", b: ["constructor"] });
  t.same(parse('{"a":"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["}'), { a: "[".repeat(34) });
  t.equal(parse('"\\ud800"'), "\ud800", "a lone surrogate is a text like any other");
  t.equal(parse('"\\u0000"'), "\0");
});

test("the refusal names the body", async (t) => {
  try {
    parse("{");
    t.fail("was accepted");
  } catch (refusal) {
    t.ok(refusal instanceof Refusal);
    t.same((refusal as Refusal).details, { fields: [{ path: "body", message: "is not JSON" }] });
  }
});

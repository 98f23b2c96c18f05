import { test } from "tap";
import { canonical } from "../../../core/migrate/tally.js";

test("the order of fields means nothing, that of lists does", async (t) => {
  t.equal(canonical({ b: 1, a: [{ d: null, c: "x" }] }), canonical({ a: [{ c: "x", d: null }], b: 1 }));
  t.not(canonical([1, 2]), canonical([2, 1]));
});

test("what is of another type is something else", async (t) => {
  const different = [
    0,
    "0",
    null,
    "null",
    false,
    [],
    {},
    "",
    [null],
    { a: undefined },
    new Uint8Array(),
    new Uint8Array([0]),
  ];
  t.equal(new Set(different.map(canonical)).size, different.length);
});

test("bytes are equal whatever holds them", async (t) => {
  t.equal(canonical(Buffer.from([0, 255])), canonical(new Uint8Array([0, 255])));
});

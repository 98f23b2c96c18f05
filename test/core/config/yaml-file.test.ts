import fc from "fast-check";
import { test } from "tap";
import { Document, Scalar } from "yaml";
import { readYaml, type YamlFile } from "../../../core/config/yaml-file.js";

function read(source: string, firstLine?: number): YamlFile {
  const { yaml, problems } = readYaml("f.yaml", source, firstLine);
  if (!yaml) throw new Error(JSON.stringify(problems));
  return yaml;
}

test("where keys and values stand", async (t) => {
  const yaml = read("a:\n  - b: 1\n    c: [x, y]\nd: &anchor { e: 2 }\nf: *anchor\n");
  t.same(yaml.value, { a: [{ b: 1, c: ["x", "y"] }], d: { e: 2 }, f: { e: 2 } });
  t.same(yaml.at([]), { line: 1, column: 1 });
  t.same(yaml.at(["a", 0, "c", 1]), { line: 3, column: 12 });
  t.same(yaml.keyAt(["a", 0, "c"]), { line: 3, column: 5 });
  t.same(yaml.keyAt(["a", 0]), { line: 2, column: 5 }, "an item of a list has no key");
  t.same(yaml.at(["a", 0, "none", "deeper"]), { line: 2, column: 5 }, "what is not there is told where it would be");
  t.same(yaml.at(["a", 7]), { line: 2, column: 3 });
  t.same(yaml.at(["f", "e"]), { line: 4, column: 17 }, "an alias stands where its anchor does");
  t.same(yaml.inside(["a", 0, "c"], { line: 5, column: 5 }), { line: 3, column: 8 }, "a list has no text");
});

test("a document that begins further down", async (t) => {
  t.same(read("a: 1\nb: x\n", 2).at(["b"]), { line: 3, column: 4 });
  t.same(readYaml("f.yaml", "a: 1\na: 2\n", 10).problems[0]?.line, 11);
});

test("YAML 1.2 and nothing else", async (t) => {
  t.same(read("a: no\nb: 0o17\nc: 2026-01-01\n1: x\n__proto__: { polluted: true }\n").value, {
    a: "no",
    b: 15,
    c: "2026-01-01",
    1: "x",
    ["__proto__"]: { polluted: true },
  });
  t.equal(({} as { polluted?: boolean }).polluted, undefined);
  t.equal(read("# nothing\n").value, null);
});

test("a file without end is not read", async (t) => {
  t.match(readYaml("f.yaml", `a: ${"x".repeat(2_000_000)}`), {
    yaml: undefined,
    problems: [{ message: "The file is too large" }],
  });
});

const styles = [
  Scalar.BLOCK_LITERAL,
  Scalar.BLOCK_FOLDED,
  Scalar.PLAIN,
  Scalar.QUOTE_DOUBLE,
  Scalar.QUOTE_SINGLE,
] as const;

test("a place inside a text, whatever way the text is written", async () => {
  const text = fc.string({
    unit: fc.constantFrom("a", "b", " ", "\n", "'", '"', "\\", "\t", "é", "😀"),
    maxLength: 120,
  });
  fc.assert(
    fc.property(text, text, fc.constantFrom(...styles), fc.constantFrom(20, 80), (before, after, style, lineWidth) => {
      const marked = `${before}@${after}`;
      const scalar = new Scalar(marked);
      scalar.type = style;
      const source = new Document({ outer: { text: scalar } }).toString({ lineWidth });
      const yaml = read(source);
      // Some texts come out of the writer changed.
      fc.pre((yaml.value as { outer: { text: string } }).outer.text === marked);
      const lines = before.split("\n");
      const place = { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
      const { line, column } = yaml.inside(["outer", "text"], place);
      const reached =
        source
          .split("\n")
          .slice(0, line - 1)
          .join("\n").length +
        (line > 1 ? 1 : 0) +
        column -
        1;
      const marker = source.indexOf("@");
      const missed = source.slice(Math.min(reached, marker), Math.max(reached, marker));
      return style === Scalar.BLOCK_FOLDED ? missed.trim() === "" : missed === "";
    }),
    { numRuns: 1_000, seed: 7 },
  );
});

test("no text makes the reader fail", async () => {
  const piece = fc.constantFrom(
    "a",
    ": ",
    "- ",
    "\n",
    " ",
    "\t",
    "{",
    "}",
    "[",
    "]",
    "&a ",
    "*a",
    "!t ",
    "? ",
    "|",
    ">",
    "'",
    '"',
    "#",
    "%",
    "---\n",
    "<<",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const { yaml, problems } = readYaml("f.yaml", pieces.join(""));
      return (
        (yaml !== undefined || problems.length > 0) && problems.every(({ line, column }) => line > 0 && column > 0)
      );
    }),
    { numRuns: 1_000, seed: 7 },
  );
});

test("escapes that the writer of a test would not choose", async (t) => {
  const at = (source: string, text: string) => {
    const yaml = read(`x: ${source}\n`);
    t.equal((yaml.value as { x: string }).x, text);
    const index = text.indexOf("@");
    const lines = text.slice(0, index).split("\n");
    const { line, column } = yaml.inside(["x"], { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 });
    return `x: ${source}\n`.split("\n")[line - 1]?.[column - 1];
  };
  t.equal(at('"\\U0001F600\\x41\\u0042@"', "😀AB@"), "@");
  t.equal(at('"one \\\n   two@"', "one two@"), "@");
  t.equal(at('"one\n\n\n   two@"', "one\n\ntwo@"), "@");
  t.equal(at("|2-\n    two@", "  two@"), "@");
  t.equal(at(">-\n\n  one\n  two@", "\none two@"), "@");
  t.equal(at("|\r\n  one\r\n  two@\r\n", "one\ntwo@\n"), "@");
});

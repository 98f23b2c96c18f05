import fc from "fast-check";
import { test } from "tap";
import { Budget } from "../../../core/templates/budget.js";
import { interpreted } from "../../../core/templates/compile.js";
import { folded } from "../../../core/templates/fold.js";
import { simpleTemplate } from "../../../core/templates/simple.js";

const names = fc.constantFrom(
  "contact",
  "context",
  "name",
  "tags",
  "length",
  "a_1",
  "constructor",
  "__proto__",
  "toString",
  "size",
  "nil",
);
const path = fc.array(names, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("."));
const space = fc.constantFrom("", " ", "  ", "\n", "\t");
const literal = fc.constantFrom("''", "'there'", '"it\'s"', "'<b>'", "'a | b'", "'\\\\n'", "'}}'", "5");
const output = fc
  .tuple(space, path, fc.option(fc.tuple(space, literal)), space)
  .map(([before, name, fallback, after]) => {
    const filter = fallback ? ` | default:${fallback[0]}${fallback[1]}` : "";
    return `{{${before}${name}${filter}${after}}}`;
  });
const words = fc.constantFrom("", "Hello, ", " & <b>more</b>\n", "}} ");
const text = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.constantFrom("{", "}", "{{", "}}", "<p>", "&", "{%", "-", "\n\n"),
);
const source = fc
  .array(fc.oneof({ weight: 4, arbitrary: output }, { weight: 3, arbitrary: words }, text), { maxLength: 6 })
  .map((parts) => parts.join(""));

const scalar = fc.oneof(fc.string(), fc.constantFrom(null, false, true, 0, 1.5, "", "O'Neil & <b>"), fc.integer());
const { value } = fc.letrec<{ value: unknown; object: unknown; list: unknown }>((tie) => ({
  value: fc.oneof({ maxDepth: 3 }, scalar, tie("object"), tie("list")),
  object: fc.dictionary(names, tie("value"), { maxKeys: 3, noNullPrototype: true }),
  list: fc.array(tie("value"), { maxLength: 3 }),
}));
const values = fc.dictionary(names, value, { noNullPrototype: true });

test("a folded template writes what LiquidJS writes", async (t) => {
  let folds = 0;
  let written = 0;
  fc.assert(
    fc.property(source, fc.constantFrom("html" as const, "text" as const), values, (template, kind, seen) => {
      const fast = folded(template, kind);
      if (!fast) return true;
      folds += 1;
      const told = outcome(() => fast(seen, new Budget()));
      if (told !== "refused") written += 1;
      return told === outcome(() => interpreted(template, kind)(seen));
    }),
    { numRuns: 3_000 },
  );
  t.ok(folds > 500 && written > 300, "the property is not empty");
});

test("what is simple and what is not", async (t) => {
  for (const simple of [
    "",
    "Hello",
    "{{ a }}",
    "{{a.b}} {{ a | default: 'x' }}",
    "a } b }} c",
    '{{ a | default:"x" }}',
    "{{ a }}}",
  ]) {
    t.ok(simpleTemplate(simple), simple);
  }
  const others = [
    "{% if a %}{% endif %}",
    "{{ a | upcase }}",
    "{{- a }}",
    "{{ a -}}",
    "{{ a[0] }}",
    "{{ a.size }}",
    "{{ 'a' }}",
    "{{ nil }}",
  ];
  for (const other of [
    ...others,
    "{{ a",
    "{{{ a }}",
    "{{ a | default: b }}",
    "{{ a | default: 'x' | upcase }}",
    "{{ a b }}",
    "{{ }}",
    "{{ a.1 }}",
  ]) {
    t.equal(simpleTemplate(other), undefined, other);
  }
});

/** Both ways may refuse a value that cannot be written. */
function outcome(write: () => string): string {
  try {
    return `wrote ${write()}`;
  } catch {
    return "refused";
  }
}

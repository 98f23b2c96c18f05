import { test } from "tap";
import { checkTemplate, usesPath } from "../../../core/templates/check.js";
import { roots } from "./fixtures.js";

const check = (source: string) => checkTemplate(source, "text", roots);

test("a good template has no problem", async (t) => {
  const good = [
    "",
    "Hello {{ contact.firstName | default: 'there' }}, {{ contact.firstName.size }} letters",
    "{{ context.anything.at[0].all }}{{ entity.key }}{{ contact.customFields.size.x }}{{ vars.shop }}{{ contact.tags.first }}",
    "{% for tag in contact.tags %}{{ tag }} {{ forloop.index }}{% endfor %}",
    "{% assign name = contact.lastName %}{{ name }}",
    "{% if contact.firstName == blank or context.x == nil %}{% elsif true %}{% else %}{% endif %}",
    "{{ contact[context.field] }}{% raw %}{{ nonsense }}{% endraw %}{% comment %}{{ nonsense }}{% endcomment %}",
    "{{ links.unsubscribe }}",
  ];
  for (const source of good) t.same(check(source), [], source);
});

test("every unknown name is found, with its place and the name that was meant", async (t) => {
  const source =
    "Hello {{ contcat.firstName }},\n\n{{ contact.fristName }} {{ vars.shpo }}\n{% if links.unsubscribe.x %}{{ whatever }}{% endif %}";
  t.same(check(source), [
    {
      rule: "unknown-variable",
      message: "There is no variable `contcat`",
      hint: "Did you mean `contact`?",
      line: 1,
      column: 10,
    },
    {
      rule: "unknown-field",
      message: "`contact` has no field `fristName`",
      hint: "Did you mean `firstName`?",
      line: 3,
      column: 4,
    },
    { rule: "unknown-field", message: "`vars` has no field `shpo`", hint: "Did you mean `shop`?", line: 3, column: 28 },
    { rule: "unknown-field", message: "`links.unsubscribe` has no field `x`", hint: null, line: 4, column: 7 },
    {
      rule: "unknown-variable",
      message: "There is no variable `whatever`",
      hint: "There is: contact, links, vars, context, entity",
      line: 4,
      column: 32,
    },
  ]);
});

test("names are also looked for in filters, loops, assignments and brackets", async (t) => {
  const unknown = [
    "{{ 'x' | append: nobody }}",
    "{% for x in nobody %}{% endfor %}",
    "{% assign x = nobody %}",
    "{{ context[nobody] }}",
    "{% case nobody %}{% when 1 %}{% endcase %}",
    "{% unless nobody %}{% endunless %}",
    "{{ contact['nobody'] }}",
    "{% for i in (1..nobody) %}{% endfor %}",
    "{% for x in context.list %}{% endfor %}{{ x }}nobody",
    "{{ toString }}nobody",
  ];
  for (const source of unknown) t.equal(check(source).length, 1, source);
});

test("syntax errors, tags and filters", async (t) => {
  t.same(check("a\n {{ contact.firstName | upcas }}"), [
    {
      rule: "unknown-filter",
      message: "There is no filter `upcas`",
      hint: "Did you mean `upcase`?",
      line: 2,
      column: 2,
    },
  ]);
  t.same(check("{% include 'x' %}"), [
    {
      rule: "unknown-tag",
      message: "There is no tag `include`",
      hint: "There is: assign, for, case, comment, if, raw, unless",
      line: 1,
      column: 1,
    },
  ]);
  t.match(check("{% fro x in y %}"), [{ rule: "unknown-tag", hint: "Did you mean `for`?" }]);
  t.match(check("{{ x | raw }}"), [{ rule: "unknown-filter", message: "There is no filter `raw`" }]);
  for (const source of [
    "{{ contact",
    "x\n{% if contact %}",
    "{% endif %}",
    "{% for x %}{% endfor %}",
    "{% case %}{% endcase %}",
  ]) {
    const [problem] = check(source);
    t.match(problem, { line: Number, column: Number, message: /^[A-Z]/ }, source);
    t.notMatch(problem?.message, /line:|col:/);
  }
  t.match(check("x".repeat(500_001)), [{ rule: "template-syntax", line: 1, column: 1 }]);
});

test("whether a template uses a path", async (t) => {
  const path = ["links", "unsubscribe"];
  for (const source of [
    "{{ links.unsubscribe }}",
    "{{ links['unsubscribe'] }}",
    "{% if true %}{{ links.unsubscribe }}{% endif %}",
  ]) {
    t.ok(usesPath(source, "html", path), source);
  }
  for (const source of [
    "",
    "links.unsubscribe",
    "{{ links }}",
    "{% raw %}{{ links.unsubscribe }}{% endraw %}",
    "{{ links.unsubscribe",
  ]) {
    t.notOk(usesPath(source, "html", path), source);
  }
});

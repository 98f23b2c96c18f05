import { test } from "tap";
import { compileTemplate } from "../../../core/templates/compile.js";
import type { TemplateKind } from "../../../core/templates/engine.js";
import { TemplateFailure } from "../../../core/templates/failure.js";

const render = (source: string, values: Record<string, unknown> = {}, kind: TemplateKind = "text"): string =>
  compileTemplate(source, kind)(values);

test("HTML is escaped, text and subject are not", async (t) => {
  const values = { contact: { lastName: "O'Neil <script>alert(1)</script>" } };
  t.equal(render("{{ contact.lastName }}", values, "html"), "O&#39;Neil &lt;script&gt;alert(1)&lt;/script&gt;");
  t.equal(
    render("{{ contact.lastName | upcase }}", values, "html"),
    "O&#39;NEIL &lt;SCRIPT&gt;ALERT(1)&lt;/SCRIPT&gt;",
  );
  t.equal(render("{{ contact.lastName }}", values, "text"), "O'Neil <script>alert(1)</script>");
  t.equal(render("{{ contact.lastName }}", values, "subject"), "O'Neil <script>alert(1)</script>");
});

test("filters that escape by themselves escape once", async (t) => {
  const values = { x: "a & b\n<i>" };
  t.equal(render("{{ x | escape }}", values, "html"), "a &amp; b\n&lt;i&gt;");
  t.equal(render("{{ x | escape_once }}", values, "html"), "a &amp; b\n&lt;i&gt;");
  t.equal(render("{{ x | newline_to_br }}", values, "html"), "a &amp; b<br />\n&lt;i&gt;");
  t.equal(render("{{ x | escape | append: '<b>' }}", values, "html"), "a &amp;amp; b\n&amp;lt;i&amp;gt;&lt;b&gt;");
});

test("a subject is one line", async (t) => {
  t.equal(
    render("  Hello {{ name }}\n", { name: "Ana\r\nBcc: x@y.example\u0085\u2028z\u0000" }, "subject"),
    "Hello Ana Bcc: x@y.example z",
  );
});

test("an unknown variable is empty", async (t) => {
  t.equal(render("[{{ nobody }}{{ nobody.firstName | upcase }}{% if nobody.x %}x{% endif %}]"), "[]");
});

test("the tags and filters that there are", async (t) => {
  const source =
    "{% assign n = 2 %}{% for i in list limit: n %}{{ i | plus: 1 }}{% unless forloop.last %},{% endunless %}{% endfor %}" +
    "{% case kind %}{% when 'a' %}A{% else %}?{% endcase %}{% comment %}no{% endcomment %}{% raw %}{{ x }}{% endraw %}";
  t.equal(render(source, { list: [1, 2, 3], kind: "a" }), "2,3A{{ x }}");
  t.equal(
    render("{{ at | date: '%Y-%m-%d %H:%M' }}", { at: "2026-02-10T23:30:00.000Z" }),
    "2026-02-10 23:30",
    "UTC, on every machine",
  );
  t.equal(render("{{ at | date: '%H:%M', 'Europe/Berlin' }}", { at: "2026-02-10T23:30:00.000Z" }), "00:30");
});

test("nothing is included, captured or rendered from elsewhere", async (t) => {
  for (const tag of [
    "include 'package.json'",
    "render 'package.json'",
    "layout 'package.json'",
    "liquid echo 1",
    "echo 1",
    "capture x",
  ]) {
    t.throws(() => render(`{% ${tag} %}`), TemplateFailure, tag);
  }
  for (const filter of ["raw", "sample", "where_exp: 'a', 'a'", "find_exp: 'a', 'a'", "nonsense"]) {
    t.throws(() => render(`{{ x | ${filter} }}`), TemplateFailure, filter);
  }
});

test("prototypes and inherited properties are out of reach", async (t) => {
  class Person {
    own = "yes";
    get inherited(): string {
      return "no";
    }
  }
  const values = { person: new Person(), list: [], text: "x" };
  const source =
    "{{ person.own }}{{ person.inherited }}{{ person.constructor }}{{ person.__proto__ }}{{ person['constructor']['name'] }}" +
    "{{ list.constructor }}{{ text.constructor }}{{ constructor }}{{ __proto__ }}{{ toString }}{{ list.map }}" +
    "{{ empty.__proto__.__proto__.__proto__.constructor.name }}";
  for (const kind of ["html", "text"] as const) t.equal(render(source, values, kind), "yes");
  for (const drop of ["empty", "blank"]) t.throws(() => render(`{{ ${drop}.constructor }}`), TemplateFailure);
});

test("bombs are stopped", async (t) => {
  const bombs: Record<string, [string, RegExp]> = {
    "empty loop": ["{% for i in (1..999999999) %}{% endfor %}", /memory/],
    "nested loops": [
      "{% for i in (1..3000) %}{% for j in (1..3000) %}{% endfor %}{% endfor %}",
      /memory|longer than it may/,
    ],
    "many renders": [
      "{% for i in (1..1000) %}{% for j in list %}{% for k in list %}{% endfor %}{% endfor %}{% endfor %}",
      /longer than it may/,
    ],
    doubling: [`{% assign s = 'xxxxxxxx' %}${"{% assign s = s | append: s %}".repeat(40)}{{ s }}`, /memory/],
    output: ["{% for i in (1..5000) %}{{ big }}{% endfor %}", /writes more than/],
    pad: ["{{ at | date: '%999999999d' }}", /memory|cannot be filled in/],
    strip_html: [`{% for i in (1..2000) %}{% assign s = big | strip_html %}{% endfor %}`, /memory|longer/],
  };
  const values = {
    list: Array.from({ length: 2_000 }, () => 1),
    big: "<".repeat(5_000),
    at: "2026-02-10T23:30:00.000Z",
  };
  for (const [name, [source, reason]] of Object.entries(bombs)) {
    t.throws(() => render(source, values), reason, name);
    t.throws(() => render(source, values), TemplateFailure, name);
  }
  t.throws(() => render("x".repeat(500_001)), /longer than 500000 characters/);
  t.throws(() => render("{{ big }}".repeat(2), { big: "x".repeat(600_000) }), /writes more than 1000000 characters/);
  t.throws(() => render("{% if a %}".repeat(20_000)), TemplateFailure);
});

test("a failure says where and never what", async (t) => {
  const unprintable = { contact: { firstName: { secret: "Ana", toString: 1 } } };
  for (const source of ["\n{{ contact.firstName }}", "\n{{ contact.firstName | upcase }}"]) {
    for (const kind of ["text", "html"] as const) {
      try {
        render(source, unprintable, kind);
        t.fail("must throw");
      } catch (error) {
        t.ok(error instanceof TemplateFailure);
        t.match((error as Error).message, /^The template cannot be filled in/);
        t.notMatch(String((error as Error).stack), /Ana|firstName/);
        t.equal((error as Error).cause, undefined);
      }
    }
  }
  t.throws(() => render("\n\n{{ 'x' | date: '%9999999d' | append: }}"), TemplateFailure);
});

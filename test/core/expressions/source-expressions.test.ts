import { test } from "tap";
import type { CelRoots } from "../../../core/contracts/plugin.js";
import { sourceExpressions } from "../../../core/expressions/source-expressions.js";

const cel = sourceExpressions({ shopUrl: "https://shop.example" });

const roots: CelRoots = {
  event: "dyn",
  order: {
    id: "string",
    total: "double",
    consent: "bool",
    createdAt: "timestamp",
    items: [{ name: "string", quantity: "double" }],
    tags: "list<string>",
  },
};

const values = {
  event: {
    id: "12345678901234567890",
    n: 3,
    at: "2026-01-02T00:00:00Z",
    list: [1, { a: null }],
    email: "ann@b.example",
    "": 1,
  },
  order: {
    id: "7",
    total: null,
    consent: null,
    createdAt: new Date(0),
    items: [{ name: "Tea", quantity: 2 }],
    tags: ["a"],
  },
};

function run(source: string, given: Record<string, unknown> = values): unknown {
  const made = cel(source, roots);
  if ("problem" in made) throw new Error(made.problem);
  return made.run(given);
}

function problem(source: string) {
  const made = cel(source, roots);
  return "problem" in made ? [made.problem, made.line, made.column, made.hint] : [made.type];
}

test("what an expression gives is JSON, with times as dates", async (t) => {
  t.equal(run("event.id"), "12345678901234567890");
  t.equal(run("event.n + 1"), 4);
  t.equal(run("size(event.list)"), 2);
  t.equal(run("int(9007199254740993)"), "9007199254740993");
  t.same(run("timestamp(event.at)"), new Date("2026-01-02T00:00:00Z"));
  t.same(run("order.createdAt + duration('1h')"), new Date(3_600_000));
  t.same(run("{'a': [1, order.createdAt], 'b': event.list, 'c': event.?gone}"), {
    a: [1, new Date(0)],
    b: [1, { a: null }],
  });
  t.same(run("order.items"), [{ name: "Tea", quantity: 2 }]);
  t.equal(run("event.?gone"), undefined);
  t.equal(run("event.?gone.orValue('')"), "");
  t.equal(run("event.?n"), 3);
  t.equal(run("null"), null);
  t.equal(run("vars.shopUrl"), "https://shop.example");
  for (const source of ["b'x'", "duration('1h')", "type(event)", "1.0 / 0.0", "[1u]", "double('Infinity')"]) {
    t.throws(
      () => run(source),
      /^The expression gives a (value that JSON has no word for|number without an end)$/,
      source,
    );
  }
});

test("declared roots and their fields may be null", async (t) => {
  t.equal(run("order.total == null && order.consent == null && order.createdAt != null"), true);
  t.equal(run("order == null", { ...values, order: null }), true);
  t.equal(run("order != null && order.total > 5", { ...values, order: null }), false);
  t.throws(() => run("order.total > 5"), { message: "`>` does not go between null and int" });
  t.throws(() => run("order.id == 'x'", { ...values, order: null }), { message: "There is no `id` here" });
});

test("what is checked when the project is read", async (t) => {
  const convert = "Convert one side: string(…), double(…), timestamp(…)";
  t.same(problem("order.total >= 20"), ["bool"]);
  t.same(problem("order.items.exists(i, i.quantity > 1 && i.name != '')"), ["bool"]);
  t.same(problem("order.totl > 1"), ["`order` has no field `totl`", 1, 7, "Did you mean `total`?"]);
  t.same(problem("order.items.exists(i,\n  i.qty > 1)"), [
    "There is no `qty` here",
    2,
    5,
    "`.?qty.orValue(…)` reads what may be missing",
  ]);
  t.same(problem("order.total + 'x'"), ["`+` does not go between double and string", 1, 1, convert]);
  t.same(problem("evnt.id"), ["Nothing is called `evnt` here", 1, 1, "Did you mean `event`?"]);
  t.same(problem("contact.email"), [
    "Nothing is called `contact` here",
    1,
    1,
    "There is: event, order, vars; a text is written \"'contact'\"",
  ]);
  t.same(problem("vars.shopUrk"), ["There is no variable `vars.shopUrk`", 1, 6, "Did you mean `shopUrl`?"]);
  t.same(problem("event.id.matches('a')"), [
    "`matches` is left out",
    1,
    10,
    "Use startsWith, endsWith, contains or ==",
  ]);
  t.same(problem("event.id.sizee()"), ["There is no function `sizee`", 1, 10, "Did you mean `size`?"]);
  t.same(problem("order.id +"), ["The expression ends too early", 1, 11, null]);
  t.same(problem("order.total ? 'a' : 'b'").length, 4);
});

test("no sentence holds a value", async (t) => {
  const failing = [
    "event[event.email]",
    "duration(event.email)",
    "bool(event.email)",
    "int(event.email)",
    "double(event.email)",
    "timestamp(event.email)",
    "event.email + 1",
    "event.email.gone",
    "event.email[0]",
    "event.email - event.email",
    "event.email ? 1 : 2",
    "event.email && true",
    "event.list[event.n]",
    "-event.email",
    "event.list[9]",
  ];
  for (const source of failing) {
    try {
      run(source);
      t.fail(`${source} gives a value`);
    } catch (error) {
      t.notMatch((error as Error).message, /ann@/, source);
      t.match((error as Error).message, /^\S.*[^\s]$/, source);
    }
  }
});

test("roots of their own for each plugin, over the same variables", async (t) => {
  const other = cel("order.id", { event: "dyn" });
  t.match(other, { problem: "Nothing is called `order` here" });
  t.notMatch(cel("event.id", { event: "dyn" }), { problem: String });
});

import { test } from "tap";
import { stepExpressions, type ExpressionValues } from "../../../core/expressions/expressions.js";

const expressions = stepExpressions(["shopUrl"]);

const values: ExpressionValues = {
  contact: {
    id: "c1",
    email: "ann@b.example",
    firstName: null,
    lastName: "Lee",
    phone: null,
    title: null,
    preferredLanguage: "de",
    timeZone: null,
    locationId: null,
    customFields: { age: 30, plan: { name: "pro" } },
    tags: ["vip", "new"],
    unsubscribed: false,
    createdAt: "2026-01-01T00:00:00.000Z",
    updatedAt: Date.UTC(2026, 1, 1),
  },
  location: null,
  employee: {
    id: "e1",
    key: "anna",
    name: "Anna",
    email: null,
    timeZone: null,
    country: "DE",
    language: null,
    reviewLinks: { google: "https://g.page/r/x" },
    location: "berlin",
  },
  organization: { id: "default", name: "default" },
  sequence: { id: "s1", key: "welcome", name: "Welcome", version: 3, purpose: "marketing" },
  sending: { id: "x1", executionId: "x2", entity: null, createdAt: Date.UTC(2026, 0, 2) },
  context: {
    n: 3,
    half: 2.5,
    s: "x",
    list: [1, 2],
    mixed: [1, "a", null],
    none: null,
    order: { total: 20, lines: [{ sku: "A" }] },
  },
  entity: null,
  vars: { shopUrl: "https://shop.example" },
};

/** Checked and then evaluated. */
function result(source: string): unknown {
  const problem = expressions.check(source);
  if (problem) throw new Error(problem.message);
  return expressions.compile(source)(values);
}

test("conditions over everything that a step knows", async (t) => {
  const holding = [
    "contact.tags.exists(tag, tag == 'vip')",
    "'vip' in contact.tags && size(contact.tags) == 2",
    "contact.lastName.lowerAscii().startsWith('l')",
    "!contact.unsubscribed",
    "contact.customFields.age >= 18 && contact.customFields.plan.name == 'pro'",
    "contact.createdAt < timestamp('2026-01-01T12:00:00Z')",
    "contact.updatedAt - contact.createdAt > duration('24h')",
    "sending.createdAt.getFullYear() == 2026",
    "employee.name == 'Anna' && employee.reviewLinks.google.contains('g.page')",
    "sequence.purpose == 'marketing' && sequence.version == 3 && sequence.version + 1 > 3.5",
    "organization.name == 'default'",
    "vars.shopUrl.endsWith('.example')",
    "context.order.lines[0].sku == 'A'",
    "context.order.lines.map(line, line.sku) == ['A']",
    "cel.bind(total, context.order.total, total > 10 && total < 30)",
    "context.s == 'x' ? true : false",
    "contact.locationId == null || contact.locationId == 'x'",
  ];
  for (const source of holding) t.equal(result(source), true, source);
});

test("numbers of JSON go with whole literals", async (t) => {
  const holding = [
    "context.n == 3",
    "3 == context.n",
    "context.n != 4",
    "context.n + 1 == 4",
    "1 + context.n == 4",
    "context.n - 1 == 2",
    "10 - context.n == 7",
    "context.n * 2 == 6",
    "context.n / 2 == 1.5",
    "9 / context.n == 3",
    "context.n % 2 == 1",
    "7 % context.n == 1",
    "context.n % context.half == 0.5",
    "context.n >= 3 && context.n < 4 && context.n > 2.5",
    "-context.n < 0",
    "context.n in [1, 2, 3]",
    "2 in context.list",
    "context.list == [1, 2]",
    "size(context.list) == 2.0",
    "1 + 1.5 == 2.5",
    "[1, 2.5, 'a'].size() == 3",
    "(1 + context.n) * 2 == 8",
    "size(context.list) + context.n == 5",
    "1 + context.n in [4]",
    "[1 + context.n] == [4]",
    "(context.n > 1 ? 1 + context.n : 0) == 4",
    "context.list.map(n, 1 + n) == [2, 3]",
    "int(context.half) == 2 && double('2.5') == context.half && string(context.n) == '3'",
  ];
  for (const source of holding) t.equal(result(source), true, source);
});

test("what may be null can be compared", async (t) => {
  t.equal(result("contact.firstName == null"), true);
  t.equal(result("null == contact.firstName"), true);
  t.equal(result("contact.firstName != null"), false);
  t.equal(result("contact.firstName == 'x'"), false);
  t.equal(result("'x' != contact.firstName"), true);
  t.equal(result("contact.firstName in ['x', 'y']"), false);
  t.equal(result("contact.firstName != null && contact.firstName.startsWith('A')"), false);
  t.equal(result("(contact.firstName != null ? contact.firstName : 'there') == 'there'"), true);
  t.equal(result("location == null"), true);
  t.equal(result("location != null && location.key == 'berlin'"), false);
  t.equal(result("employee != null && employee.key == 'anna'"), true);
  t.equal(result("sending.entity == null && entity == null && context.none == null"), true);
  t.equal(result("contact.createdAt != null"), true);
});

test("what may be missing", async (t) => {
  t.equal(result("context.?coupon.orValue('') == ''"), true);
  t.equal(result("context.?order.?total.orValue(0) > 10"), true);
  t.equal(result("has(context.coupon) || has(context.order.total)"), true);
  t.equal(result("location.?key.orValue('none') == 'none'"), true);
  t.throws(() => result("context.coupon == 'x'"), { message: "There is no `coupon` here" });
  t.throws(() => result("entity.startsAt == null"), { message: "There is no `startsAt` here" });
  t.throws(() => result("location.key == 'berlin'"), { message: "There is no `key` here" });
});

test("the entity, with the types of its fields", async (t) => {
  const times = { startsAt: "2026-03-01T09:00:00Z", endsAt: Date.UTC(2026, 2, 1, 10) };
  const entity = { key: "booking:1", kind: "booking", status: null, ...times, data: { service: "Cut", n: 2 } };
  const holds = (source: string) => {
    t.equal(expressions.check(source), undefined, source);
    t.equal(expressions.compile(source)({ ...values, entity }), true, source);
  };
  holds("entity.endsAt - entity.startsAt == duration('1h')");
  holds("entity.data.service == 'Cut' && entity.data.n > 1 && entity.status == null && entity != null");
  holds("entity.startsAt > timestamp('2026-02-28T00:00:00Z')");
  t.match(expressions.check("entity.startsAt == 'x'"), { message: /does not go between/ });
  t.match(expressions.check("entity.starts == null"), { message: "`entity` has no field `starts`" });
});

test("a time, and whether it is the entity's", async (t) => {
  const entity: Record<string, boolean> = {
    "entity.startsAt": true,
    "entity.?endsAt.orValue(contact.createdAt)": true,
    "[entity][0].endsAt - duration('1h')": true,
    "timestamp(context.entity)": false,
    "timestamp('2026-01-01T00:00:00Z')": false,
  };
  for (const [source, reads] of Object.entries(entity))
    t.same(expressions.checkTime(source), { entity: reads }, source);
  t.match(expressions.checkTime("context.at"), {
    message: "The expression gives a dyn, not a time",
    line: 1,
    column: 1,
  });
  t.match(expressions.checkTime("true"), { message: "The expression gives a bool, not a time" });
  t.match(expressions.checkTime("contact.created"), { message: "`contact` has no field `created`" });
  t.match(expressions.checkTime("entity."), { line: 1 });
});

test("values that do not fit are an error when they are met, never a wrong answer", async (t) => {
  t.throws(() => result("contact.firstName + 'x' == 'nullx'"), { message: "`+` does not go between null and string" });
  t.throws(() => result("contact.firstName.startsWith('n')"), { message: "null.startsWith(string) is not defined" });
  t.throws(() => result("contact.firstName < 'z'"), { message: "`<` does not go between null and string" });
  t.throws(() => result("context.n > 'x'"), { message: "`>` does not go between double and string" });
  t.throws(() => result("context.list[7] == 1"), Error);
  t.throws(() => result("context.n && true"), Error);
  t.equal(result("context.s"), "x", "only a run can tell that this is no condition");
});

test("nothing of JavaScript can be reached", async (t) => {
  for (const name of ["constructor", "__proto__", "toString", "hasOwnProperty"]) {
    t.throws(() => result(`context.${name} == null`), Error, name);
    t.throws(() => result(`context['${name}'] == null`), Error, name);
    t.equal(result(`has(context.${name})`), false, name);
    t.match(expressions.check(`contact.${name} == ''`)?.message, `\`contact\` has no field \`${name}\``);
  }
});

test("what is no condition, with its place and what to do", async (t) => {
  const roots = "There is: contact, location, employee, organization, sequence, sending, entity, context, vars";
  const refused: [source: string, message: string, line: number, column: number, hint: string | null][] = [
    ["contac.email == ''", "Nothing is called `contac` here", 1, 1, "Did you mean `contact`?"],
    ["true &&\n  order.total > 5", "Nothing is called `order` here", 2, 3, roots],
    ["contact.emial == ''", "`contact` has no field `emial`", 1, 9, "Did you mean `email`?"],
    ["contact['emial'] == ''", "`contact` has no field `emial`", 1, 1, "Did you mean `email`?"],
    ["organization.plan == ''", "`organization` has no field `plan`", 1, 14, "There is: id, name"],
    ["vars.shopUrk == ''", "There is no variable `vars.shopUrk`", 1, 6, "Did you mean `shopUrl`?"],
    ["contact.tags.exist(t, t == 'x')", "There is no function `exist`", 1, 14, "Did you mean `exists`?"],
    ["lenght(contact.tags) > 0", "There is no function `lenght`", 1, 1, null],
    ["size(1) == 1", "size(int) is not defined", 1, 1, null],
    [
      "contact.tags.exists(t, t.matches('(a+)+$'))",
      "`matches` is left out",
      1,
      26,
      "Use startsWith, endsWith, contains or ==",
    ],
    [
      "'a' + 1 == 'a1'",
      "`+` does not go between string and int",
      1,
      1,
      "Convert one side: string(…), double(…), timestamp(…)",
    ],
    [
      "contact.email == 1",
      "`==` does not go between string and int",
      1,
      1,
      "Convert one side: string(…), double(…), timestamp(…)",
    ],
    ["!contact.email", "The operator is not defined for !string", 1, 1, null],
    ["contact.email && true", "Logical operator requires bool operands, got 'string'", 1, 1, null],
    [
      "contact.email",
      "The condition gives a string, not true or false",
      1,
      1,
      "Compare it with something, as in … == …",
    ],
    [
      "contact.tags",
      "The condition gives a list<string>, not true or false",
      1,
      1,
      "Compare it with something, as in … == …",
    ],
    [
      "contact.email = 'x'",
      "Unexpected character: =",
      1,
      15,
      "Conditions are CEL: ==, !=, &&, ||, ! and 'text' in quotes",
    ],
    ["", "The expression ends too early", 1, 1, null],
    ["contact.email ==", "The expression ends too early", 1, 17, null],
    ["size(contact.tags", "Expected ), got the end", 1, 18, null],
  ];
  for (const [source, message, line, column, hint] of refused) {
    t.same(expressions.check(source), { message, line, column, hint }, source);
  }
});

test("limits on what a file can ask for", async (t) => {
  t.match(expressions.check(Array.from({ length: 600 }, () => "true").join(" && "))?.message, /^Exceeded maxAstNodes/);
  t.match(expressions.check(`${"(".repeat(100)}true${")".repeat(100)}`)?.message, /^Exceeded maxDepth/);
  t.match(
    expressions.check(`1 in [${Array.from({ length: 201 }, () => "1").join()}]`)?.message,
    /^Exceeded maxListElements/,
  );
});

test("without variables `vars` has no fields, and none are asked for at a run", async (t) => {
  const without = stepExpressions([]);
  t.match(without.check("vars.shopUrl == ''"), { hint: "Define it under `vars` in the server's configuration" });
  t.equal(without.compile("vars.shopUrl == 'https://shop.example'")(values), true);
  t.throws(() => without.compile("vars.gone == ''")(values), { message: "There is no variable `vars.gone`" });
});

test("what cannot be read cannot be compiled", async (t) => {
  t.throws(() => expressions.compile("contact."), Error);
  t.throws(() => expressions.compile("nobody == 1"), { message: "Nothing is called `nobody` here" });
  t.throws(() => expressions.compile("contact.email.matches('x')"), { message: "`matches` is left out" });
});

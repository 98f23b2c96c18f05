import fc from "fast-check";
import { test } from "tap";
import { LEASH, LIMITS } from "../../../core/templates/limits.js";
import { endless, letter, long, none, patience, rendererOf, textOf, values } from "./letters.js";

const order = {
  subject: "Your order {{ context.order }}",
  html: "<p>Dear {{ contact.firstName | default: 'friend' }}</p>{% for line in context.lines %}<p>{{ line.title | upcase }} {{ line.price | times: 2 | round }}</p>{% endfor %}",
};

test("ordinary letters are filled in at once and never start a thread", async (t) => {
  const rendering = rendererOf(t, { leash: { ...LEASH, render: 60_000 } });
  const lines = Array.from({ length: 20 }, (_, at) => ({ title: `Item ${at}`, price: at }));
  for (const source of [
    letter("Hi {{ contact.firstName }}"),
    letter("Hi", { ...order, text: null, purpose: "marketing" }),
    letter(
      "{% if context.order == 7 %}{{ context.at | date: '%Y' }}{% endif %}{{ context.words | split: ' ' | join: ', ' }}",
    ),
  ]) {
    const done = rendering.letters(source)(values({ order: 7, lines, at: "2026-02-10T10:30:00Z", words: "a b" }));
    t.notOk(done instanceof Promise);
    t.ok("subject" in done, source.text ?? "");
  }
  t.equal(rendering.threads, 0);
});

test("what is slow is cut, alone, and others go on meanwhile", async (t) => {
  const rendering = rendererOf(t, { leash: { ...LEASH, render: 60_000 }, patience: { ...patience, fill: 500 } });
  const slow = rendering.letters(letter(endless))(values());
  const ended: string[] = [];
  void Promise.resolve(slow).then(() => ended.push("slow"));
  const quick = rendering.letters(letter("{% if true %}Hi {{ contact.firstName }}{% endif %}"));
  for (let turn = 0; turn < 20; turn++) {
    t.equal(textOf(await quick(values())), "Hi Ana");
    await new Promise(setImmediate);
  }
  t.same(ended, [], "the main thread was free while the other one was busy");
  t.equal(textOf(await slow), "unfilled: The template takes longer than it may");
  t.same(ended, ["slow"]);
});

test("a letter that broke off its leash stays with the thread", async (t) => {
  let read = 0;
  const rendering = rendererOf(t, { leash: { ...LEASH, render: 60_000 } });
  const fill = rendering.letters(letter("{{ context.list | sort | join }}"));
  const counting = {
    get list() {
      read++;
      return ["b", "a"];
    },
  };
  t.equal(textOf(await fill(values(counting))), "a b");
  t.equal(read, 2, "by this thread up to its leash, and for the other one");
  t.equal(textOf(await fill(values(counting))), "a b");
  t.equal(read, 3, "for the other one only");
  t.equal(rendering.threads, 1);
});

test("each limit of the leash leads to the thread, not to a refusal", async (t) => {
  const big = "x".repeat(50_000);
  const cases: [text: string, html?: string][] = [
    ["{% for i in (1..20) %}{{ context.big | append: 'x' | size }}{% endfor %}"],
    ["{% for i in (1..10) %}{{ context.big }}{% endfor %}"],
    ["{{ context.big }}{{ context.big }}{{ context.big }}{{ context.big }}{{ context.big }}"],
    ["{{ context.list | sort | first }}"],
    ["x ".repeat(60_000)],
    ["{{ contact.firstName }}".repeat(700)],
    ["", "{% if true %}<p>{{ context.big }}</p>{% endif %}"],
  ];
  for (const [text, html] of cases) {
    const rendering = rendererOf(t, { leash: { ...LEASH, render: 60_000 } });
    const source = letter(text, html === undefined ? {} : { html, text: null });
    const done = rendering.letters(source)(values({ big, list: [2, 1] }));
    t.ok(done instanceof Promise, text.slice(0, 60));
    const expected = textOf(
      await rendererOf(t, { leash: long }).letters({ ...source, subject: "Hello " })(values({ big, list: [2, 1] })),
    );
    t.equal(textOf(await done), expected, text.slice(0, 60));
    t.equal(rendering.threads, 1);
  }
});

test("a thread of its own has limits too", async (t) => {
  const rendering = rendererOf(t);
  const list = Array.from({ length: 3_000 }, () => 1);
  const cases: [string, RegExp][] = [
    ["{% for a in context.list %}{% for b in context.list %}{% endfor %}{% endfor %}", /takes longer than it may/],
    ["{% for a in (1..5000) %}{{ context.big }}{% endfor %}", /writes more than 1000000 characters/],
    ["{% for i in (1..999999999) %}{% endfor %}", /uses more memory than it may/],
    ["{{ context.big | sort | fro }}", /cannot be filled in/],
  ];
  for (const [text, reason] of cases) {
    t.match(textOf(await rendering.letters(letter(text))(values({ list, big: "x".repeat(5_000) }))), reason, text);
  }
  t.equal(rendering.threads, 1, "none of them had to be killed");
});

test("time that the letter did not take itself does not drive it out", async (t) => {
  const rendering = rendererOf(t, { leash: { ...LIMITS, render: 300 } });
  const fill = rendering.letters(letter("{% if context.pause %}{% endif %}{% if true %}Hi{% endif %}"));
  let pause = true;
  const hiccup = {
    get pause() {
      const until = performance.now() + 350;
      while (pause && performance.now() < until);
      pause = false;
      return true;
    },
  };
  const first = fill(values(hiccup));
  t.ok(first instanceof Promise, "a pause of the machine looks like a slow letter");
  t.equal(textOf(await first), "Hi");
  t.notOk(fill(values(hiccup)) instanceof Promise, "the thread told how quick it really is");
});

test("a refusal says nothing of the values, wherever it comes from", async (t) => {
  const bad = { bad: { secret: "Ana", toString: "Ana" } };
  for (const leash of [long, none]) {
    const rendering = rendererOf(t, { leash });
    for (const text of ["{% if true %}{{ context.bad }}{% endif %}", "{% fi %}", "{{ context.bad | sort | upcase }}"]) {
      const said = textOf(await rendering.letters(letter(text))(values(bad)));
      t.match(said, /^unfilled: The template cannot be filled in/, text);
      t.notMatch(said, "Ana");
    }
  }
});

test("a letter that cannot be read is read once", async (t) => {
  const fill = rendererOf(t).letters(letter("{% fi %}"));
  t.equal(fill(values()), fill(values()));
});

const piece = fc.constantFrom(
  "Hello ",
  "<b>&amp; {{ contact.firstName }}</b>",
  "{{ context.a }}",
  "{{ context.b.a | default: 'x' }}",
  "{{ context.a | upcase | append: '<' }}",
  "{% if context.b %}{{ context.b | size }}{% else %}none{% endif %}",
  "{% for x in context.a %}{{ x }},{{ forloop.index }}{% endfor %}",
  "{{ context.a | sort | join: '-' }}",
  "{{ context.b | json }}",
  "{{ context.a | plus: 1 }}",
  "{{ context.b | date: '%Y-%m-%d' }}",
  "{{ links.unsubscribe }}",
);
const template = fc.array(piece, { maxLength: 5 }).map((pieces) => pieces.join(""));
const data = fc.jsonValue({ maxDepth: 3 });

test("both threads write the same", async (t) => {
  const here = rendererOf(t, { leash: long });
  const there = rendererOf(t, { leash: { ...none, output: -1 } });
  let atOnce = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        subject: template,
        html: fc.option(template),
        text: fc.option(template),
        language: fc.constantFrom("en", "de", "xx"),
        purpose: fc.constantFrom("marketing" as const, "transactional" as const),
      }),
      fc.record({ a: data, b: data }),
      async (source, context) => {
        const filled = here.letters(source)(values(context));
        const other = there.letters(source)(values(context));
        if (!(filled instanceof Promise)) atOnce++;
        t.ok(other instanceof Promise);
        t.same(await other, await filled);
      },
    ),
    { numRuns: 200 },
  );
  t.ok(atOnce > 150, "the property is not empty");
  t.equal(there.threads, 1);
});

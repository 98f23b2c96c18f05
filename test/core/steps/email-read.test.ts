import { test } from "tap";
import type { StepReading } from "../../../core/contracts/step.js";
import { email } from "../../../core/steps/email.js";
import { reading } from "./fixtures.js";

const problems = (value: unknown, of: StepReading = reading()) => {
  const result = email.read(value, of);
  return "problems" in result ? result.problems : [];
};
const plain = { subject: "Hello {{ contact.firstName }}", text: "Order {{ context.order }}" };

test("inline texts", async (t) => {
  t.same(email.read(plain, reading()), {
    settings: {
      onUncertain: "retry",
      from: null,
      replyTo: null,
      fallback: "und",
      languages: { und: { subject: plain.subject, html: null, text: plain.text } },
    },
  });
  t.match(email.read({ subject: "S", html: "<p>x</p>" }, reading()), {
    settings: { languages: { und: { html: "<p>x</p>", text: null } } },
  });
});

test("what happens in doubt follows the purpose unless the step says", async (t) => {
  t.match(email.read(plain, reading({ purpose: "marketing" })), { settings: { onUncertain: "hold" } });
  t.match(email.read({ ...plain, onUncertain: "skip" }, reading({ purpose: "marketing" })), {
    settings: { onUncertain: "skip" },
  });
  t.match(problems({ ...plain, onUncertain: "perhaps" }), [
    { path: ["onUncertain"], rule: "schema", message: /retry, hold, skip/ },
  ]);
});

test("senders", async (t) => {
  const file = { ...plain, from: "Acme Shop <Shop@acme.example>", replyTo: "help@acme.example" };
  t.match(email.read(file, reading()), {
    settings: {
      from: { email: "shop@acme.example", name: "Acme Shop" },
      replyTo: { email: "help@acme.example", name: null },
    },
  });
  t.match(problems({ ...plain, from: "Acme", replyTo: "a@b" }), [
    { path: ["from"], rule: "schema", message: "`from` must be an address: a@b.example or Some Name <a@b.example>" },
    { path: ["replyTo"], rule: "schema" },
  ]);
});

test("a misspelt key gets a suggestion", async (t) => {
  t.same(problems({ ...plain, subjct: "x", colour: "red" }), [
    { path: ["subjct"], rule: "unknown-key", message: "There is no setting `subjct`", hint: "Did you mean `subject`?" },
    {
      path: ["colour"],
      rule: "unknown-key",
      message: "There is no setting `colour`",
      hint: "There is: subject, text, html, template, onUncertain, from, replyTo",
    },
  ]);
});

test("settings that are planned are told apart from slips", async (t) => {
  t.match(problems({ ...plain, channel: "sms" }), [
    { path: ["channel"], rule: "not-built", message: "`channel` is not built yet" },
  ]);
});

test("a mail needs a subject and words, from one place", async (t) => {
  t.match(problems({ text: "x" }), [{ path: [], rule: "schema", message: "`subject` is required" }]);
  t.match(problems({ subject: "x" }), [{ path: [], rule: "schema", message: "`text` or `html` is required" }]);
  t.equal(problems({}).length, 2);
  t.match(problems({ ...plain, template: "tips" }), [
    { path: ["subject"] },
    { path: ["text"], message: "`text` and `template` exclude each other" },
  ]);
  for (const value of [null, undefined, "Hello", 5, []])
    t.match(problems(value), [{ path: [], rule: "schema" }], String(value));
  for (const value of [
    { ...plain, subject: "" },
    { ...plain, text: 5 },
  ])
    t.equal(problems(value).length, 1);
});

test("texts are checked, each with its place", async (t) => {
  t.same(problems({ subject: "{{ contact.fistName }}", text: "a\n{{ vars.shpo }}", html: "{% include 'x' %}" }), [
    {
      ...{ path: ["subject"], rule: "unknown-field", message: "`contact` has no field `fistName`", line: 1, column: 4 },
      hint: "Did you mean `firstName`?",
    },
    {
      ...{ path: ["html"], rule: "unknown-tag", message: "There is no tag `include`", line: 1, column: 1 },
      hint: "There is: assign, for, case, comment, if, raw, unless",
    },
    {
      path: ["text"],
      rule: "unknown-field",
      message: "`vars` has no field `shpo`",
      hint: "Did you mean `shop`?",
      line: 2,
      column: 4,
    },
  ]);
  const all =
    "{{ contact.customFields.x }}{{ location.reviewLinks.google }}{{ employee.name }}{{ organization.name }}{{ sequence.key }}" +
    "{{ sending.createdAt }}{{ context.x.y }}{{ entity.key }}{{ vars.shop }}{{ links.unsubscribe }}{{ contact.tags.size }}";
  t.same(problems({ subject: all, text: all, html: all }), []);
});

const de = { subject: "Tipps", html: "<p>Tipps</p>", text: null };
const en = { subject: "Tips", html: "<p>Tips</p>", text: "Tips" };

test("a template brings all its languages along", async (t) => {
  const of = reading({ files: { tips: { de, en } } });
  t.match(email.read({ template: "tips" }, of), { settings: { fallback: "en", languages: { de, en } } });
  t.match(email.read({ template: "tips" }, { ...of, language: "de-AT" }), { settings: { fallback: "de" } });
  const onlyDe = reading({ files: { tips: { de } } });
  t.match(email.read({ template: "tips" }, onlyDe), { settings: { fallback: "de", languages: { de } } });
});

test("problems of a template name its language and part", async (t) => {
  t.match(problems({ template: "tisp" }, reading({ files: { tips: { en } } })), [
    {
      path: ["template"],
      rule: "unknown-template",
      message: "There is no template tisp",
      hint: "Did you mean `tips`?",
    },
  ]);
  t.match(problems({ template: "tips" }), [{ rule: "unknown-template", hint: "It would be templates/tips.en.html" }]);
  const files = {
    tips: { en: { subject: null, html: "\n", text: null }, de: { ...de, html: "<p>\n{{ contakt.email }}</p>" } },
  };
  t.match(problems({ template: "tips" }, reading({ files })), [
    { path: ["template", "en", "subject"], message: "The template tips has no subject in en" },
    { path: ["template", "en", "html"], message: "The template tips is empty in en" },
  ]);
  t.match(problems({ template: "tips" }, reading({ files: { tips: { de: files.tips.de } } })), [
    { path: ["template", "de", "html"], rule: "unknown-variable", hint: "Did you mean `contact`?", line: 2, column: 4 },
  ]);
});

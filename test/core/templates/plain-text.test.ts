import { test } from "tap";
import { compileText } from "../../../core/templates/plain-text.js";

const page = `<html><head><title>Mail</title><style>p { color: red }</style></head><body>
  <h1>Hello {{ contact.firstName | default: 'there' }}</h1>
  <p>Your order   <b>{{ context.order }}</b> is&nbsp;on its way &amp; soon there. <br>See <a href="https://shop.example/o/{{ context.order }}">your order</a>.</p>
  <ul><li>{{ context.first }}</li><li>Two</li></ul>
  <table><tr><td>Left</td><td>Right</td></tr></table>
  <p><a href="{{ links.unsubscribe }}">{{ links.unsubscribe }}</a></p>
  <img src="x.png" alt="picture"></body></html>`;

const values = {
  contact: { firstName: "O'Neil <x>" },
  context: { order: 1001, first: "a & b", long: "word ".repeat(60).trim() },
  links: { unsubscribe: "https://mail.example/u/T" },
};

test("words and links stay, nothing is shouted, wrapped or escaped", async (t) => {
  const text = compileText(page)(values);
  t.match(text, /^Hello O'Neil <x>\n/);
  t.match(text, "Your order 1001 is");
  t.match(text, "on its way & soon there.");
  t.match(text, "See your order [https://shop.example/o/1001].");
  t.match(text, / \* a & b\n \* Two/);
  t.match(text, /Left\n+Right/);
  t.match(text, /^https:\/\/mail\.example\/u\/T$/m, "an address that is its own words stands once");
  t.notMatch(text, /color|Mail\n|picture|<h1|&amp;|HELLO/);
  t.match(compileText("<p>{{ context.long }}</p>")(values), values.context.long, "one line");
});

test("a template with tags gives the same text as one without", async (t) => {
  const withTags = page.replace("Two", "{% if context.first %}Two{% endif %}");
  t.equal(compileText(withTags)(values), compileText(page)(values));
});

test("what only looks like Liquid once it is text is not run", async (t) => {
  t.equal(compileText("<p>&#123;&#123; context.order }} {{ context.first }}</p>")(values), "{{ context.order }} a & b");
  t.equal(compileText("<p>\uE0000\uE001 {{ context.order }}</p>")(values), "\uE0000\uE001 1001");
});

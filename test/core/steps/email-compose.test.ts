import { test } from "tap";
import type { JsonObject, Purpose } from "../../../core/contracts/model.js";
import type { Composed, StepView } from "../../../core/contracts/step.js";
import { email } from "../../../core/steps/email.js";
import { stepValues, type StepWorld } from "../../../core/steps/values.js";
import { home, letters, LINK, reading, SENDING_ID, times, view, world } from "./fixtures.js";

function composed(
  file: object,
  at: StepView = view(),
  purpose: Purpose = "transactional",
  inWorld: StepWorld = world,
): Composed {
  const read = email.read(file, reading({ purpose, files: { tips } }));
  if ("problems" in read) throw new Error(JSON.stringify(read.problems));
  const sequence = home(purpose);
  // As a store gives it back.
  const settings = JSON.parse(JSON.stringify(read.settings)) as JsonObject;
  const action = email.prepare(
    { id: "hello", type: "email", delay: 0, when: null, settings },
    sequence,
    stepValues(inWorld, sequence),
    letters,
    times,
  )(at);
  if (action.do !== "send") throw new Error("an email step sends");
  const made = action.compose();
  if (made instanceof Promise) throw new Error("a mail of simple texts is composed at once");
  return made;
}
function message(...of: Parameters<typeof composed>) {
  const result = composed(...of);
  if ("refused" in result) throw new Error(result.note);
  return result.message;
}

const tips = {
  de: { subject: "Hallo", html: "<body><p>Servus</p></body>", text: null },
  en: { subject: "Hello", html: "<p>Hi</p>", text: "Hi" },
  "pt-BR": { subject: "Olá", html: "<p>Oi</p>", text: "Oi" },
};
const plain = { subject: "Hello {{ contact.firstName | default: 'there' }}", text: "Order {{ context.order }}" };

test("a transactional mail", async (t) => {
  const file = {
    ...plain,
    html: "<p>{{ contact.lastName }}</p>",
    from: "Acme <shop@acme.example>",
    replyTo: "help@acme.example",
  };
  t.same(message(file, view({ contact: { lastName: "O'Neil" }, context: { order: 1001 } })), {
    ...{ organization: "default", sendingId: SENDING_ID, attemptId: "att-1", stepId: "hello", category: "welcome" },
    to: { email: "ana@shop.example", name: "Ana O'Neil" },
    from: { email: "shop@acme.example", name: "Acme" },
    replyTo: { email: "help@acme.example" },
    subject: "Hello Ana",
    text: "Order 1001",
    html: "<p>O&#39;Neil</p>",
    headers: { "X-Sending-Id": SENDING_ID },
  });
});

test("what is not set is not there", async (t) => {
  const { to, ...rest } = message(plain, view({ contact: { firstName: null } }));
  t.same(to, { email: "ana@shop.example" });
  t.equal(rest.subject, "Hello there");
  for (const key of ["from", "replyTo", "html"]) t.notOk(key in rest, key);
});

test("values of a place, a person who works there, the organization and the run", async (t) => {
  const text =
    "{{ location.name }} {{ location.reviewLinks.google }} {{ employee.name }} {{ organization.name }} {{ sequence.name }} {{ sequence.version }} " +
    "{{ sending.createdAt }} {{ entity.key }} {{ vars.shop }} {{ contact.createdAt | date: '%Y' }}";
  const at = view({ sending: { locationId: "loc-1", employeeId: "emp-1", entity: "order:1" } });
  t.equal(
    message({ subject: "x", text }, at).text,
    "Berlin Mitte https://g.example/1 Ana Acme Welcome 3 2026-02-10T10:30:00.000Z order:1 https://shop.example 2026",
  );
  t.equal(message({ subject: "x", text: "[{{ location.name }}{{ employee.name }}{{ entity.key }}]" }).text, "[]");
  const gone = view({ sending: { locationId: "loc-9", employeeId: "emp-9" } });
  t.equal(message({ subject: "x", text: "[{{ location.name }}{{ employee.name }}]" }, gone).text, "[]");
});

test("a marketing mail can be opted out of with one click and at its end", async (t) => {
  const { headers, text, html } = message(
    { ...plain, html: "<html><body><p>x</p></BODY></html>" },
    view({ context: { order: 7 } }),
    "marketing",
  );
  t.same(headers, {
    "X-Sending-Id": SENDING_ID,
    "List-Unsubscribe": `<${LINK}>`,
    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
  });
  t.equal(text, `Order 7\n\nUnsubscribe: ${LINK}\n`);
  t.match(html, new RegExp(`<p>x</p><p [^>]*><a href="${LINK}">Unsubscribe</a></p>\n</BODY></html>$`));
});

test("a part that has the link gets no footer, the other does", async (t) => {
  const file = { subject: "x", html: "<a href='{{ links.unsubscribe }}'>Stop</a>", text: "Hi" };
  const { html, text } = message(file, view(), "marketing");
  t.equal(html, `<a href='${LINK}'>Stop</a>`);
  t.equal(text, `Hi\n\nUnsubscribe: ${LINK}\n`);
  const used = message({ subject: "x", text: "Stop: {{ links.unsubscribe }}" }, view(), "transactional");
  t.equal(used.text, `Stop: ${LINK}`);
  t.same(Object.keys(used.headers), ["X-Sending-Id"]);
});

test("the link is made once, and only for a mail that holds it", async (t) => {
  let made = 0;
  const counting = { ...world, links: { link: () => (made++, LINK) } };
  message({ ...plain, html: "<p>x</p>" }, view(), "marketing", counting);
  t.equal(made, 1);
  message(plain, view(), "transactional", counting);
  t.equal(made, 1);
});

test("languages", async (t) => {
  const cases: [string | null, string][] = [
    ["de", "Hallo"],
    ["de-AT", "Hallo"],
    ["DE_at", "Hallo"],
    ["pt-br", "Olá"],
    ["pt", "Hello"],
    ["fr", "Hello"],
    ["constructor", "Hello"],
    ["", "Hello"],
    [null, "Hello"],
  ];
  for (const [preferredLanguage, subject] of cases) {
    t.equal(
      message({ template: "tips" }, view({ contact: { preferredLanguage } })).subject,
      subject,
      String(preferredLanguage),
    );
  }
  const german = message({ template: "tips" }, view({ contact: { preferredLanguage: "de" } }), "marketing");
  t.equal(german.text, `Servus\n\nAbmelden [${LINK}]`, "made from the HTML, footer included");
});

test("nothing breaks out of a header", async (t) => {
  const contact = { firstName: "Ana\r\nBcc: x@y.example", lastName: "\u0000\u2028" };
  const { subject, to } = message({ subject: "Hi {{ contact.firstName }}", text: "x" }, view({ contact }));
  t.equal(subject, "Hi Ana Bcc: x@y.example");
  t.equal(to.name, "Ana Bcc: x@y.example");
  t.same(
    message(plain, view({ contact: { firstName: "n".repeat(201) } })).to,
    { email: "ana@shop.example" },
    "no name is that long",
  );
});

test("a mail of pictures says its subject in words", async (t) => {
  t.equal(message({ subject: "Look", html: "<img src='x.png'>" }).text, "Look");
});

test("refusals are values, without personal data", async (t) => {
  const refusal = (file: object, at?: StepView) => composed(file, at);
  const secret = view({
    contact: { firstName: "Ana" },
    context: { bad: { toString: "Ana" }, long: "Ana".repeat(400) },
  });
  t.match(refusal({ subject: "{{ context.none }}", text: "x" }), { refused: "template", note: "The subject is empty" });
  t.match(refusal({ subject: "{{ context.long }}", text: "x" }, secret), {
    refused: "template",
    note: "The subject is longer than 900 characters",
  });
  t.match(refusal({ subject: "x", text: "{{ context.none }}", html: " " }), {
    refused: "template",
    note: "The message is empty",
  });
  t.match(refusal({ subject: "x", text: "{{ context.bad }}" }, secret), {
    refused: "template",
    note: /^The template cannot be filled in/,
  });
  for (const address of ["ana", "ana@shop.example\r\nBcc: x@y.example", ""]) {
    t.match(refusal(plain, view({ contact: { email: address } })), {
      refused: "bad_address",
      note: "The contact has no usable address",
    });
  }
  t.notMatch(JSON.stringify([refusal({ subject: "x", text: "{{ context.bad }}" }, secret)]), "Ana");
});

test("a stored text that this program cannot read is a refusal; a defect is not hidden", async (t) => {
  const settings = {
    onUncertain: "retry",
    from: null,
    replyTo: null,
    fallback: "und",
    languages: { und: { subject: "x", html: null, text: "{% old %}" } },
  };
  const step = { id: "hello", type: "email", delay: 0, when: null, settings };
  const action = email.prepare(step, home(), stepValues(world, home()), letters, times)(view());
  t.match(action, { do: "send", channel: "email", onUncertain: "retry" });
  t.match(action.do === "send" && action.compose(), { refused: "template" });
  const broken: StepWorld = {
    ...world,
    links: {
      link: () => {
        throw new Error("no secret");
      },
    },
  };
  t.throws(() => composed(plain, view(), "marketing", broken), /no secret/);
  const empty = email.prepare(
    { ...step, settings: { ...settings, languages: {} } },
    home(),
    stepValues(world, home()),
    letters,
    times,
  )(view());
  t.throws(() => empty.do === "send" && empty.compose(), /The step hello of welcome was stored without texts in "und"/);
});

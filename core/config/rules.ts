/** A paragraph on a rule, with an example; `undefined` for a rule that does not exist. */
export function explain(rule: string): string | undefined {
  return new Map<string, string>(Object.entries(EXPLANATIONS)).get(rule)?.trim();
}

/** Every rule that a problem in the configuration may name. */
export function ruleNames(): string[] {
  return Object.keys(EXPLANATIONS);
}

const EXPLANATIONS = {
  "bad-value": `
The value has the right type and is none that fits here. The message says what would.

  purpose: transactional    # not: purpose: service`,

  condition: `
when is CEL (https://cel.dev). It is checked against what a step knows: contact, location, employee,
organization, sequence, sending, context, entity and vars. A misspelt name, a function that does not exist or
operands that do not fit are problems here; a value that is missing when a step runs skips the step.
.?name.orValue(…) reads what may be missing. The until of a wait is CEL too and gives a time; when there is none at
a run, the sending is held until there is one or a person decides.

  when: "contact.tags.exists(t, t == 'vip') && context.?total.orValue(0) > 20"
  wait: { until: entity.startsAt, offset: -1d }`,

  "duplicate-key": `
A map has the same key twice, so that one of the values would be lost.

  name: Welcome
  name: Hello    # remove one`,

  duration: `
A duration is a whole number with s, m, h, d or w, or ISO 8601 in weeks, days, hours, minutes and seconds. A day
is 24 hours. Months and years have no fixed length and are refused.

  wait: 2d
  wait: P1DT12H`,

  expression: `
Conditions and mappings of sources are CEL (https://cel.dev) over event, the platform's body, and, by plugin, order
or booking, and vars. Misspelt names and fields of order and booking, functions that do not exist and operands that
do not fit are problems here. A plain text needs quotes of its own. .?name.orValue(…) reads what may be missing.

  context: { number: "order.number", shop: "'berlin'", coupon: "event.?coupon.orValue('')" }`,

  "file-missing": `
A file or folder that is named is not there. Paths are relative to the file that names them.

  project: ./project`,

  "file-name": `
The name of a file says what is in it. A sequence is sequences/<key>.yaml, its key in lower-case letters, digits
and hyphens. A source is sources/<name>.yaml, which becomes the address /webhooks/<name>; api and cli are taken. A
template is templates/<name>.<language>.html or .txt.

  sequences/post-visit.yaml
  templates/tips.en.html`,

  "file-unknown": `
Nothing reads this file or folder, although its name suggests that somebody expects it.

  locations.yaml    # not: location.yaml`,

  "file-unreadable": `
The file is there and cannot be read: it is no UTF-8 text, or this process may not open it.

  chmod u+r project/locations.yaml`,

  "front-matter": `
A template may begin with YAML between two lines of three hyphens. The second line is missing.

  ---
  subject: Hello
  ---
  <p>…</p>`,

  interpolation: `
\${NAME}, \${NAME:-default} and \${file:/path} are filled in when the server config and the files in sources/ are
read. One that is missing is a problem, unless it has a default. Other project files have none of it: what they
need comes through vars.

  apiKey: "\${file:/run/secrets/sendgrid}"`,

  "missing-key": `
A key that has no default is missing.

  purpose: marketing    # every sequence says what it is for`,

  "not-built": `
The file asks for something that Furrow will have and does not have yet. It is refused, because ignoring it
would surprise you.

  window: …    # remove it`,

  plugin: `
The plugin that a source uses cannot be loaded, or does not take what the source says. use names orders, bookings or
rest, a package (npm:furrow-plugin-x), or a file by its path from the source's own file.

  use: ../plugins/my-shop.js    # export default definePlugin({ api: 1, … })`,

  "repeated-id": `
Two things have the same id. Steps are told apart by their id, and running sendings find their step by it.

  - { id: hello, email: { template: hello } }
  - { id: pause, wait: 2d }`,

  "repeated-key": `
Two locations or two employees have the same key.

  - { key: berlin, name: Berlin }
  - { key: hamburg, name: Hamburg }`,

  schema: `
The settings of a step do not have the shape that its type asks for, or the options of a source not the one that
its plugin asks for. The message says what is expected.

  email: { subject: Hello, text: Welcome! }`,

  "step-type": `
A step does exactly one thing, named by its key: email, wait or exit.

  - { id: pause, wait: 2d }`,

  subject: `
The subject of a mail stands in the front matter of its HTML file; the text file has one only when there is no
HTML file.

  ---
  subject: Hello
  ---`,

  "template-syntax": `
The Liquid of a text cannot be read. Often a tag is not closed.

  {% if contact.firstName %}Hello {{ contact.firstName }}{% endif %}`,

  "unknown-employee": `
The table employees of a source names somebody whom employees.yaml does not list. Its keys are the platform's ids or
addresses, its values keys of employees.yaml.

  employees: { "4711": anna }`,

  "unknown-event": `
A rule or cancelOn of a source names an event that its connector never gives: neither one of the words that are the
same for all platforms nor a topic of this platform in full.

  on: [ { event: order.paid, execute: post-purchase } ]    # or orders/paid, or "*" for every event`,

  "unknown-field": `
A text names a field that its object does not have.

  {{ contact.firstName }}    # not: {{ contact.first_name }}`,

  "unknown-filter": `
A text uses a Liquid filter that does not exist here.

  {{ contact.firstName | default: 'there' }}`,

  "unknown-key": `
Nothing reads this key. Mostly it is misspelt, or it stands one level too high or too deep.

  purpose: marketing    # not: purposes`,

  "unknown-location": `
An employee works at a location, or the table locations of a source names one, that locations.yaml does not list.

  - { key: anna, name: Anna, location: berlin }    # locations.yaml: - { key: berlin, name: Berlin }`,

  "unknown-sequence": `
A rule of a source executes a sequence that has no file in sequences/. One that is a draft, paused or archived may be
named: its events are kept, and can be replayed.

  execute: post-purchase    # sequences/post-purchase.yaml`,

  "unknown-tag": `
A text uses a Liquid tag that does not exist here. Texts cannot read other files.

  {% if … %} {% unless … %} {% case … %} {% for … %} {% assign … %}`,

  "unknown-template": `
A step names a template that has no file in templates/.

  email: { template: tips }    # templates/tips.en.html`,

  "unknown-variable": `
A text names something that no step knows. Values of a call are in context, those of the server config in vars.

  {{ context.order }}    # not: {{ order }}`,

  "wrong-type": `
The value is of another type than the key takes: text, a number, a list or a map. YAML reads 5 as a number and
"5" as text.

  vars: { table: "5" }`,

  "yaml-alias": `
An alias (*name) has no anchor (&name) before it, or aliases multiply the file beyond reason. A text that begins
with * or & needs quotes.

  greeting: "*hello*"`,

  "yaml-documents": `
A file holds one YAML document; a line of three hyphens would begin another.

  ---    # remove it`,

  "yaml-syntax": `
The file cannot be read as YAML 1.2. Mostly a text with a colon or a bracket needs quotes, or a line is indented
wrongly.

  name: "Hello: welcome"`,

  "yaml-tab": `
YAML is indented with spaces. A tab looks different in every editor.

  steps:
    - { id: hello, email: { template: hello } }`,

  "yaml-tag": `
Tags (!name) change what a value is, and nothing here needs one. A text that begins with ! needs quotes.

  title: "!important"`,

  "yaml-version": `
The files are YAML 1.2. In 1.1 no and off are not text.

  %YAML 1.1    # remove it`,
} satisfies Record<string, string>;

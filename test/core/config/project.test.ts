import { join } from "node:path";
import { test } from "tap";
import { derivedId } from "../../../core/config/derived-id.js";
import { readProject } from "../../../core/config/project.js";
import { readServerConfig } from "../../../core/config/server-config.js";
import type { StepReading, StepType } from "../../../core/contracts/step.js";
import { stepTypes } from "../../../core/steps/step-types.js";
import { fakeSources, fakeSteps, noHttp, project, projectProblems } from "./reading.js";

const HOUR = 3_600_000;

test("a sequence, as it is published", async (t) => {
  const { sequences } = await project(t, {
    "sequences/post-visit.yaml": `
id: 0190B5A0-0000-7000-8000-00000000000A
name: After the visit
status: paused
purpose: marketing
run: { reentry: { per: contact, cooldown: 60d } }
steps:
  - { id: hello, email: { subject: Hello } }
  - { id: pause, delay: 90s, wait: P1DT2H }
  - { id: end_1, when: "contact.unsubscribed", exit: }
`,
    "sequences/a.yaml": "name: A\npurpose: transactional\nrun: { reentry: always }\nsteps: []\n",
    "sequences/b.yaml":
      "name: B\npurpose: transactional\nrun: { reentry: { cooldown: forever } }\nexitWhen: []\nsteps: []\n",
    "sequences/c.yaml": `
name: C
purpose: transactional
run: { reentry: { per: entity, cooldown: 1d } }
exitWhen: [{ event: booking.cancelled }, { event: order.refunded }]
steps: []
`,
  });
  t.same(sequences, [
    {
      id: derivedId("default", "sequence", "a"),
      key: "a",
      name: "A",
      status: "active",
      definition: { purpose: "transactional", reentry: null, steps: [] },
    },
    {
      id: derivedId("default", "sequence", "b"),
      key: "b",
      name: "B",
      status: "active",
      definition: { purpose: "transactional", reentry: { cooldown: "forever" }, steps: [] },
    },
    {
      id: derivedId("default", "sequence", "c"),
      key: "c",
      name: "C",
      status: "active",
      definition: {
        purpose: "transactional",
        reentry: { cooldown: 24 * HOUR, per: "entity" },
        exitWhen: ["booking.cancelled", "order.refunded"],
        steps: [],
      },
    },
    {
      id: "0190b5a0-0000-7000-8000-00000000000a",
      key: "post-visit",
      name: "After the visit",
      status: "paused",
      definition: {
        purpose: "marketing",
        reentry: { cooldown: 60 * 24 * HOUR },
        steps: [
          { id: "hello", delay: 0, when: null, type: "email", settings: { value: { subject: "Hello" } } },
          { id: "pause", delay: 90_000, when: null, type: "wait", settings: { value: "P1DT2H" } },
          { id: "end_1", delay: 0, when: "contact.unsubscribed", type: "exit", settings: { value: null } },
        ],
      },
    },
  ]);
});

test("derived ids are UUIDs that never change", async (t) => {
  t.equal(derivedId("default", "sequence", "welcome"), "9f919646-10f5-58e1-84cc-8d47aebbf2a0");
  t.equal(derivedId("default", "location", "berlin"), "db50589e-11a8-575a-a341-dfe1177e59dd");
  const ids = [
    derivedId("default", "sequence", "a"),
    derivedId("other", "sequence", "a"),
    derivedId("default", "employee", "a"),
    derivedId("default", "sequence", "b"),
  ];
  t.equal(new Set(ids).size, ids.length);
  for (const id of ids) t.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test("locations and employees, in the order of their files", async (t) => {
  const { locations, employees, directory } = await project(t, {
    "locations.yaml": `
- { key: hamburg, name: Hamburg }
- { key: berlin, name: Berlin, email: b@acme.example, timeZone: Europe/Berlin, country: DE, language: de, reviewLinks: { google: "https://g.page/r/x" } }
`,
    "employees.yaml":
      "- { id: 0190B5A0-0000-7000-8000-000000000001, key: anna, name: Anna, location: berlin }\n- { key: ben, name: Ben }\n",
  });
  const nothing = { email: null, timeZone: null, country: null, language: null, reviewLinks: {} };
  t.same(locations[0], {
    id: derivedId("default", "location", "hamburg"),
    key: "hamburg",
    name: "Hamburg",
    ...nothing,
  });
  t.match(locations[1], { key: "berlin", country: "DE", reviewLinks: { google: "https://g.page/r/x" } });
  t.same(employees, [
    { id: "0190b5a0-0000-7000-8000-000000000001", key: "anna", name: "Anna", ...nothing, location: "berlin" },
    { id: derivedId("default", "employee", "ben"), key: "ben", name: "Ben", ...nothing, location: null },
  ]);
  t.same(directory.locations, locations);
  t.same(directory.employees, employees);
  t.equal(directory.location(locations[1]?.id ?? ""), locations[1]);
  t.equal(directory.employee(employees[0]?.id ?? ""), employees[0]);
  t.equal(directory.location("none"), undefined);
  t.equal(directory.employee("none"), undefined);
});

test("a project without files, or without its folder, is empty", async (t) => {
  const empty = { sequences: [], locations: [], employees: [] };
  t.match(await project(t, { README: "x", "docs/notes.yaml": "x: 1", ".git/x": "" }), empty);
  const home = { organization: "default", vars: {}, language: "en", http: noHttp };
  t.match(await readProject({ ...home, project: join(t.testdir({}), "none") }, fakeSteps, fakeSources), {
    project: empty,
  });
});

test("what stands where a folder belongs, and a folder that cannot be listed", async (t) => {
  t.equal(
    await projectProblems(t, { sequences: "", templates: "" }),
    [
      "sequences:1:1  `sequences` must be a folder  (file-unknown)",
      "  Put its files into it",
      "templates:1:1  `templates` must be a folder  (file-unknown)",
      "  Put its files into it",
    ].join("\n"),
  );
  const config = { organization: "default", vars: {}, language: "en", http: noHttp, project: `/${"x".repeat(5_000)}` };
  await t.rejects(readProject(config, fakeSteps, fakeSources), { message: /^The folder \/x+ cannot be listed$/ });
});

test("steps are read with their purpose, the language, the variables and the templates", async (t) => {
  const seen: StepReading[] = [];
  const probe: StepType = {
    name: "probe",
    read: (_, reading) => (seen.push(reading), { settings: {} }),
    prepare: () => () => ({ do: "continue" }),
  };
  await project(
    t,
    {
      "sequences/a.yaml": "name: A\npurpose: marketing\nsteps: [{ id: a, probe: x }]\n",
      "templates/tips.en.html": "---\nsubject: Hello\n---\n<p>Hi</p>\n",
      "templates/tips.en.txt": "Hi\n",
      "templates/tips.pt-BR.txt": "\uFEFF---\r\nsubject: 'Ol\u00e1'\r\n---\r\nOi\r\n",
      "templates/plain.en.html": "<hr>\n---\n",
    },
    new Map([["probe", probe]]),
  );
  const [reading] = seen;
  t.match(reading, { purpose: "marketing", language: "en", vars: ["shopUrl"], templates: ["plain", "tips"] });
  t.same(reading?.template("tips"), {
    en: { subject: "Hello", html: "<p>Hi</p>\n", text: "Hi\n" },
    "pt-BR": { subject: "Ol\u00e1", html: null, text: "Oi\r\n" },
  });
  t.same(reading?.template("plain"), { en: { subject: null, html: "<hr>\n---\n", text: null } });
  t.equal(reading?.template("none"), undefined);
});

test("problems in texts are told where the text stands", async (t) => {
  const said = await projectProblems(
    t,
    {
      "sequences/a.yaml": [
        "name: A",
        "purpose: transactional",
        "steps:",
        "  - { id: a, email: { subject: 'it''s {{ contact.nam }}', text: \"caf\\u00e9\\t{{ contct.email }}\" } }",
        "  - id: b",
        "    email:",
        "      subject: Hello",
        "      html: |",
        "",
        "        <p>",
        "          {{ order }}",
        "        </p>",
        "      text: >-",
        "        folded,",
        "        {{ contact.nme }} and",
        "",
        "        on {{ nobody }}",
        "  - { id: c, email: { template: tipps, onUncertan: hold } }",
        "  - { id: d, email: { template: tips } }",
        "  - { id: e, email: { template: old } }",
      ].join("\n"),
      "templates/tips.en.html": '---\nsubject: "Hi {{ nobody }}"\n---\n<p>\n  {{ contact.title | upase }}\n</p>\n',
      "templates/tips.en.txt": "Hi\n{% foo %}\n",
      "templates/old.de.txt": "Hallo\n",
    },
    stepTypes,
  );
  t.same(places(said), [
    "sequences/a.yaml:4:42 unknown-field",
    "sequences/a.yaml:4:80 unknown-variable",
    "sequences/a.yaml:11:14 unknown-variable",
    "sequences/a.yaml:15:12 unknown-field",
    "sequences/a.yaml:17:15 unknown-variable",
    "sequences/a.yaml:18:40 unknown-key",
    "templates/old.de.txt:1:1 schema",
    "templates/tips.en.html:2:17 unknown-variable",
    "templates/tips.en.html:5:3 unknown-filter",
    "templates/tips.en.txt:2:1 unknown-tag",
  ]);
});

test("a wait until a time is told what is wrong where it stands", async (t) => {
  const said = await projectProblems(
    t,
    {
      "sequences/a.yaml": [
        "name: A",
        "purpose: transactional",
        "steps:",
        "  - { id: a, wait: { until: entity.startAt, ofset: -1d } }",
        "  - { id: b, wait: { until: context.at } }",
        "  - { id: c, wait: { until: entity.endsAt, offset: 2 hours, ifPast: stop } }",
      ].join("\n"),
    },
    stepTypes,
  );
  t.same(places(said), [
    "sequences/a.yaml:4:36 condition",
    "sequences/a.yaml:4:45 unknown-key",
    "sequences/a.yaml:5:29 condition",
    "sequences/a.yaml:6:52 schema",
    "sequences/a.yaml:6:69 schema",
  ]);
});

test("the example of `npm start` is right, and its welcome sequence mails twice within seconds", async (t) => {
  const server = await readServerConfig("config/local.yaml", {});
  if (!("config" in server)) throw new Error("The server config has problems");
  t.same(server.config.mode === "local" && server.config.sqlite, { file: join(process.cwd(), "data/furrow.db") });
  const read = await readProject(server.config, stepTypes, fakeSources);
  if (!("project" in read)) throw new Error("The project has problems");
  const welcome = read.project.sequences.find(({ key }) => key === "welcome");
  t.match(welcome, { status: "active", definition: { purpose: "transactional" } });
  t.same(
    welcome?.definition.steps.map(({ type, delay }) => ({ type, delay })),
    ["email", "wait", "email"].map((type) => ({ type, delay: 0 })),
  );
  t.same(welcome?.definition.steps[1]?.settings, { duration: 2_000 });
  t.ok(read.project.sequences.some(({ definition }) => definition.purpose === "marketing"));
  t.ok(read.project.locations.length > 0 && read.project.employees.length > 0);
});

/** Where each problem stands, and its rule. */
function places(said: string): string[] {
  return said.split("\n").flatMap((line) => {
    const [, place, rule] = /^(\S+:\d+:\d+) .* {2}\((.*)\)$/.exec(line) ?? [];
    return place === undefined || rule === undefined ? [] : [`${place} ${rule}`];
  });
}

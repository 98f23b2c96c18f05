import fc from "fast-check";
import t from "tap";
import { readCsv } from "../../../../core/cli/execute/csv.js";
import type { JsonObject } from "../../../../core/contracts/model.js";

t.test("every column goes where the API has it; empty cells and rows are left out", async (t) => {
  const text = [
    "email,firstName,tags,customFields.plan,context.order,locationId",
    "ada@example.com,Ada,vip; early ;,gold,7,",
    "",
    ",,,,,",
    '" grace@example.com ","O""Neil, Grace",,,,0190b3c4-0000-7000-8000-000000000000',
  ].join("\r\n");
  t.same(readCsv(text), {
    rows: [
      {
        place: "line 2",
        contact: {
          email: "ada@example.com",
          firstName: "Ada",
          tags: ["vip", "early"],
          customFields: { plan: "gold" },
          context: { order: "7" },
        },
      },
      {
        place: "line 5",
        contact: {
          email: "grace@example.com",
          firstName: 'O"Neil, Grace',
          locationId: "0190b3c4-0000-7000-8000-000000000000",
        },
      },
    ],
  });
});

const refusals: readonly [why: string, text: string, place: string, message: RegExp][] = [
  ["nothing", "", "line 1", /^has no header$/],
  ["no column email", "firstName\nAda", "line 1", /^names no column email$/],
  [
    "an unknown column",
    "email,fristName\n",
    "line 1",
    /^names an unknown column "fristName"\. Did you mean "firstName"\?$/,
  ],
  ["semicolons", "email;firstName\n", "line 1", /Columns are separated by commas\./],
  ["a column twice", "email,email\n", "line 1", /^names the column "email" twice$/],
  ["a whole object", "email,customFields\n", "line 1", /^names an unknown column "customFields"/],
  ["a nameless field", "email,context.\n", "line 1", /^names an unknown column "context\."/],
  ["a nested field", "email,context.a.b\n", "line 1", /^names an unknown column "context\.a\.b"/],
  ["a poisonous field", "email,context.__proto__\n", "line 1", /^names an unknown column/],
  ["an inherited name", "email,toString\n", "line 1", /^names an unknown column "toString"/],
  ["too few cells", "email,title\n\na@example.com\n", "line 3", /^has 1 cells where the header has 2$/],
  ["too many cells", "email\na@example.com,x\n", "line 2", /^has 2 cells where the header has 1$/],
  ["no address", 'email,title\na@example.com,"two\nlines"\n,Dr\n', "line 4", /^has no email$/],
  ["an open quote", 'email\n"a@example.com\n', "line 2", /never closed$/],
  ["a stray quote", 'email\na"b@example.com\n', "line 2", /^has a quote in the wrong place/],
  ["text after a quote", 'email\n"a"b\n', "line 2", /^has a quote in the wrong place/],
];
for (const [why, text, place, message] of refusals) {
  t.test(`refused: ${why}`, async (t) => {
    const read = readCsv(text);
    const [problem] = "problems" in read ? read.problems : [];
    t.equal(problem?.place, place);
    t.match(problem?.message, message);
  });
}

t.test("every wrong row is listed", async (t) => {
  t.match(readCsv("email,title\n,a\nb\n,c"), {
    problems: [{ place: "line 2" }, { place: "line 3" }, { place: "line 4" }],
  });
});

t.test("what was written as CSV is read again, each row with its line", async () => {
  const cell = fc.string({ unit: "grapheme" }).map((text) => text.replace(/\r\n?/g, "\n").trim());
  const person = fc.record(
    {
      email: cell.filter((text) => text !== ""),
      firstName: cell,
      tags: fc.array(
        cell.filter((text) => text !== "" && !text.includes(";")),
        { minLength: 1 },
      ),
      customFields: fc.record({ plan: cell.filter((text) => text !== "") }),
    },
    { requiredKeys: ["email"] },
  );
  const newline = fc.constantFrom("\n", "\r\n", "\r");
  fc.assert(
    fc.property(fc.array(fc.record({ person, blank: fc.boolean() })), newline, (entries, end) => {
      let text = "email,firstName,tags,customFields.plan\n";
      const expected: { place: string; contact: JsonObject }[] = [];
      for (const { person, blank } of entries) {
        if (blank) text += "\n";
        const contact = Object.fromEntries(Object.entries(person).filter(([, value]) => value !== ""));
        expected.push({ place: `line ${text.split("\n").length}`, contact });
        const cells = [person.email, person.firstName, person.tags?.join(";"), person.customFields?.plan];
        text += `${cells.map(quoted).join(",")}\n`;
      }
      const read = readCsv(text.replaceAll("\n", end));
      if (JSON.stringify(read) !== JSON.stringify({ rows: expected.map(ordered) }))
        throw new Error(JSON.stringify(read));
    }),
  );
});

function quoted(cell = ""): string {
  return `"${cell.replaceAll('"', '""')}"`;
}

/** Fields in the order of the columns. */
function ordered({ place, contact }: { place: string; contact: JsonObject }): unknown {
  const order = ["email", "firstName", "tags", "customFields"];
  return {
    place,
    contact: Object.fromEntries(order.filter((name) => name in contact).map((name) => [name, contact[name]])),
  };
}

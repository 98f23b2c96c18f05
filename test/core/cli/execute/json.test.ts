import t from "tap";
import { readJson } from "../../../../core/cli/execute/json.js";

t.test("an array of the API's contacts is taken as it is", async (t) => {
  const contacts = [
    { email: "ada@example.com", tags: ["vip"], customFields: { plan: null, seats: 3 }, context: { items: [1, 2] } },
    { email: "grace@example.com", firstName: null },
  ];
  t.same(readJson(JSON.stringify(contacts)), {
    rows: contacts.map((contact, index) => ({ place: `contact ${index + 1}`, contact })),
  });
});

const refusals: readonly [why: string, text: string, place: string, message: RegExp][] = [
  ["no JSON", "[{]", "it", /^is not a JSON array/],
  ["an object", '{"contacts":[]}', "it", /^is not a JSON array/],
  ["no object", '[{"email":"a"},[]]', "contact 2", /^is not an object$/],
  ["no address", "[{}]", "contact 1", /^has no email$/],
  ["an empty address", '[{"email":null}]', "contact 1", /^has the wrong type in email$/],
  [
    "an unknown field",
    '[{"email":"a","fristName":"b"}]',
    "contact 1",
    /^has an unknown field "fristName"\. Did you mean "firstName"\?$/,
  ],
  ["an inherited name", '[{"email":"a","__proto__":{}}]', "contact 1", /^has an unknown field "__proto__"/],
  ["a number for text", '[{"email":"a","phone":49}]', "contact 1", /^has the wrong type in phone$/],
  ["text for tags", '[{"email":"a","tags":"b"}]', "contact 1", /^has the wrong type in tags$/],
  ["a number among tags", '[{"email":"a","tags":[1]}]', "contact 1", /^has the wrong type in tags$/],
  ["a list for an object", '[{"email":"a","context":[]}]', "contact 1", /^has the wrong type in context$/],
];
for (const [why, text, place, message] of refusals) {
  t.test(`refused: ${why}`, async (t) => {
    const read = readJson(text);
    const [problem] = "problems" in read ? read.problems : [];
    t.equal(problem?.place, place);
    t.match(problem?.message, message);
  });
}

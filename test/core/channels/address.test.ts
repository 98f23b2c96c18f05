import t from "tap";
import { formatAddress, parseAddress } from "../../../core/channels/address.js";

void t.test("an address is read from its text", async (t) => {
  const readable: [string, { email: string; name?: string }][] = [
    ["a@b.example", { email: "a@b.example" }],
    ["  a@b.example ", { email: "a@b.example" }],
    ["<a@b.example>", { email: "a@b.example" }],
    ["Ann <a@b.example>", { email: "a@b.example", name: "Ann" }],
    ["Ann Lee<a@b.example>", { email: "a@b.example", name: "Ann Lee" }],
    ['"Ann, Inc." <a@b.example>', { email: "a@b.example", name: "Ann, Inc." }],
    ['"a \\"quoted\\" \\\\ name" <a@b.example>', { email: "a@b.example", name: 'a "quoted" \\ name' }],
    ["Ünïcode 🐇 <a@bücher.example>", { email: "a@bücher.example", name: "Ünïcode 🐇" }],
  ];
  for (const [text, address] of readable) t.same(parseAddress(text), address, text);
});

void t.test("what is no address is none", async (t) => {
  const unreadable = [
    "",
    "Ann",
    "@b.example",
    "a@",
    "a@b@c.example",
    "a b@c.example",
    "a@.example",
    "a@b..example",
    "a@b.example, c@d.example",
    "Ann <a@b.example> <c@d.example>",
    "Ann <a@b.example",
    'half "quoted <a@b.example>',
    "Ann\r\nBcc: c@d.example <a@b.example>",
    `${"a".repeat(65)}@b.example`,
    `a@${"b".repeat(260)}.example`,
  ];
  for (const text of unreadable) t.equal(parseAddress(text), undefined, JSON.stringify(text));
});

void t.test("what is written is read as the same address", async (t) => {
  for (const name of ["Ann", "O'Neil-Smith Jr.", "Ann, Inc.", 'a "b" \\c', "Ünïcode 🐇", "Sales (EU)", undefined]) {
    const address = name === undefined ? { email: "a@b.example" } : { email: "a@b.example", name };
    t.same(parseAddress(formatAddress(address)), address, formatAddress(address));
  }
  t.equal(formatAddress({ email: "a@b.example", name: "" }), "a@b.example");
});

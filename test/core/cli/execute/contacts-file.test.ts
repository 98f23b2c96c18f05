import { writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { readContacts } from "../../../../core/cli/execute/contacts-file.js";
import { fakeShell, temporaryFolder } from "../fake-shell.js";

t.test(
  "a file is read below the working directory, standard input with a dash; the content says what it is",
  async (t) => {
    const cwd = temporaryFolder(t);
    writeFileSync(join(cwd, "people.csv"), "\ufeffemail\nada@example.com\n");
    writeFileSync(join(cwd, "people.txt"), ' \n[{"email":"ada@example.com"}]');
    const contact = { email: "ada@example.com" };
    t.same(await readContacts("people.csv", fakeShell([], { cwd })), [{ place: "line 2", contact }]);
    t.same(await readContacts("people.txt", fakeShell([], { cwd })), [{ place: "contact 1", contact }]);
    t.same(await readContacts("-", fakeShell([], { stdin: "email\nada@example.com" })), [{ place: "line 2", contact }]);
  },
);

t.test("what cannot be used is refused with the places of the first twenty mistakes", async (t) => {
  const cwd = temporaryFolder(t);
  writeFileSync(join(cwd, "latin.csv"), Buffer.from([0x65, 0xfc]));
  await t.rejects(readContacts("none.csv", fakeShell([], { cwd })), {
    message: "The file none.csv cannot be read (ENOENT)",
  });
  await t.rejects(readContacts("latin.csv", fakeShell([], { cwd })), { message: "latin.csv is not UTF-8 text" });
  await t.rejects(readContacts("-", fakeShell([], { stdin: "email\n" })), {
    message: "There are no contacts in standard input",
  });
  const stdin = `email,title\n${",Dr\n".repeat(23)}`;
  const lines = Array.from({ length: 20 }, (_, index) => `standard input: line ${index + 2} has no email`);
  await t.rejects(readContacts("-", fakeShell([], { stdin })), {
    message: [...lines, "standard input: 3 more are wrong"].join("\n"),
  });
});

import t from "tap";
import { createOutput, record } from "../../../core/cli/output.js";
import { plain, table } from "../../../core/cli/table.js";

t.test("a table is as wide as its cells, and nothing is shown as a dash", async (t) => {
  const rows = [
    { name: "email", since: null },
    { name: "x", since: "now" },
  ];
  const columns = [
    { title: "name", of: (row: (typeof rows)[0]) => row.name },
    { title: "since", of: (row: (typeof rows)[0]) => row.since },
  ];
  t.equal(table(rows, columns), "NAME   SINCE\nemail  -\nx      now");
});

t.test("what a terminal would obey is not printed", async (t) => {
  t.equal(plain("a\u001b[2Jb\r\nc\u009bd"), "a [2Jb c d");
  t.equal(record({ id: "a", tags: ["b"] }), 'id    a\ntags  ["b"]');
});

t.test("a list says how to see more; with --json it is the envelope and nothing else", async (t) => {
  const page = { data: [{ id: 1 }], meta: { page: 1, perPage: 1, total: 2, totalPages: 2 } };
  const columns = [{ title: "id", of: ({ id }: { id: number }) => id }];
  const text = written(false);
  text.output.list(page, columns, "None.");
  t.equal(text.out.join(""), "ID\n1\n");
  t.equal(text.err.join(""), "Page 1 of 2, 2 in all: --page 2 shows more.\n");
  text.output.list({ ...page, data: [] }, columns, "None.");
  t.equal(text.out.at(-1), "None.\n");
  const json = written(true);
  json.output.list(page, columns, "None.");
  t.same(JSON.parse(json.out.join("")), page);
  t.same(json.err, []);
});

function written(json: boolean) {
  const [out, err]: [string[], string[]] = [[], []];
  const output = createOutput({
    json,
    stdout: { write: (text) => out.push(text) },
    stderr: { write: (text) => err.push(text) },
  });
  return { out, err, output };
}

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import t, { type Test } from "tap";
import { readFixture } from "../../../../core/cli/events/fixture.js";
import { temporaryFolder } from "../fake-shell.js";

async function read(test: Test, content: string | Buffer) {
  const cwd = temporaryFolder(test);
  writeFileSync(join(cwd, "fixture"), content);
  const { body, ...rest } = await readFixture("fixture", { cwd });
  return { ...rest, body: Buffer.from(body).toString() };
}

t.test("a wrapped body is any JSON value, or a text as it is", async (t) => {
  const headers = { "X-Topic": "orders/paid" };
  for (const [body, sent, type] of [
    [{ id: 1, name: "é" }, '{"id":1,"name":"é"}', "application/json"],
    [[1, null], "[1,null]", "application/json"],
    [null, "null", "application/json"],
    ["id=1&action=x", "id=1&action=x", "application/x-www-form-urlencoded"],
    ['{ "a":1 }', '{ "a":1 }', "application/json"],
    ["hello there", "hello there", "text/plain"],
    ["", "", "text/plain"],
  ] as const) {
    const seen = await read(t, JSON.stringify({ headers, body }));
    t.same(seen, { headers: { "x-topic": "orders/paid" }, body: sent, type }, JSON.stringify(body));
  }
  t.same((await read(t, '{"body":{}}')).headers, {}, "headers may be left out");
});

t.test("numbers are sent as they are written, however long", async (t) => {
  const { body } = await read(t, '{ "body": { "id": 12345678901234567890, "price": 1.10, "small": 7 } }');
  t.match(body, '"id":12345678901234567890');
  t.equal(JSON.parse(body).small, 7);
});

t.test("headers of the connection stay behind", async (t) => {
  const headers = { Host: "shop.example", "Content-Length": "5", connection: "close", "X-A": "1" };
  t.same((await read(t, JSON.stringify({ headers, body: {} }))).headers, { "x-a": "1" });
});

t.test("every other file is a body, byte for byte", async (t) => {
  for (const [text, type] of [
    ['{ "id" : 12345678901234567890 }\r\n', "application/json"],
    ['{"body":"x","title":"a post"}', "application/json"],
    ['{"headers":[],"body":"x"}', "application/json"],
    ['{"headers":{}}', "application/json"],
    ["[1]", "application/json"],
    ["booking%5Bid%5D=1&x=2", "application/x-www-form-urlencoded"],
    ["<order/>", "text/plain"],
  ] as const)
    t.same(await read(t, text), { headers: {}, body: text, type });
  const cwd = temporaryFolder(t);
  const bytes = Buffer.from([0xff, 0x00, 0x7b]);
  writeFileSync(join(cwd, "bytes"), bytes);
  t.same((await readFixture("bytes", { cwd })).body, bytes);
});

t.test("a header that is no text, and a file that is not there", async (t) => {
  await t.rejects(read(t, '{"headers":{"x-n":1},"body":{}}'), { message: "The header x-n of fixture is no text" });
  await t.rejects(readFixture("nothing", { cwd: temporaryFolder(t) }), {
    message: "The file nothing cannot be read (ENOENT)",
    code: 1,
  });
});

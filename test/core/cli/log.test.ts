import { stripVTControlCharacters } from "node:util";
import t from "tap";
import { createLog } from "../../../core/cli/log.js";
import { newApiKey } from "../../../core/cli/api-key.js";

t.test("one JSON object a line: level, time, message and the fields", async (t) => {
  const { lines, log } = logged(false);
  log.info({ executionId: "e", count: 3, nothing: null, missing: undefined }, "begun");
  log.warn({}, "slow");
  log.error({ error: new TypeError("broken", { cause: new Error("why", { cause: new Error("deep") }) }) }, "failed");
  const [info, warn, error] = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  t.equal(lines.length, 3);
  t.same(Object.keys(info ?? {}), ["level", "time", "executionId", "count", "nothing", "message"]);
  t.match(info, {
    level: "info",
    time: /^\d{4}-\d\d-\d\dT[\d:.]{12}Z$/,
    executionId: "e",
    count: 3,
    nothing: null,
    message: "begun",
  });
  t.match(warn, { level: "warn", message: "slow" });
  t.match(error, {
    level: "error",
    error: {
      name: "TypeError",
      message: "broken",
      stack: /log\.test/,
      cause: { message: "why", cause: { message: "deep" } },
    },
  });
});

t.test("addresses and secrets are masked wherever they stand", async (t) => {
  const { key } = newApiKey();
  for (const terminal of [false, true]) {
    const { lines, log } = logged(terminal);
    const said = `To: <ada.l@example.com>, ${key} SG.abcdefgh.ijkl Authorization: Bearer abcdefghij`;
    log.error({ note: said, error: new Error(said, { cause: new Error(said) }) }, said);
    const text = lines.join("");
    t.match(text, "To: <[address]>, [secret] [secret] Authorization: [secret]");
    for (const canary of ["ada.l", "example.com", key, "SG.a", "abcdefghij"]) t.notMatch(text, canary);
  }
});

t.test("the stack of an error still tells its files", async (t) => {
  const { lines, log } = logged(false);
  const error = Object.assign(new Error("x"), {
    stack: "Error: x\n    at file:///node_modules/@hapi/hapi/lib/core.js:1:2",
  });
  log.error({ error }, "failed");
  t.match(lines.join(""), "/node_modules/@hapi/hapi/lib/core.js:1:2");
});

t.test("on a terminal a line is for people, with the stack below", async (t) => {
  const { lines, log } = logged(true);
  log.info({ count: 3 }, "begun");
  log.error({ error: new Error("broken") }, "failed");
  const [info, error] = lines.map((line) => stripVTControlCharacters(line));
  t.match(info, /^\d\d:\d\d:\d\d info {2}begun count=3\n$/);
  t.match(error, /^\d\d:\d\d:\d\d error failed error="broken"\nError: broken\n {4}at .*\n/);
});

t.test("a quiet log leaves out what is only information", async (t) => {
  const lines: string[] = [];
  const log = createLog({ write: (text) => lines.push(text) }, "warn");
  log.info({}, "begun");
  log.warn({}, "slow");
  t.equal(lines.length, 1);
});

function logged(isTTY: boolean) {
  const lines: string[] = [];
  return { lines, log: createLog({ isTTY, write: (text) => lines.push(text) }) };
}

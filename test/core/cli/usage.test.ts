import t from "tap";
import { furrow } from "./fake-shell.js";

const refusals: readonly [args: string | string[], message: string, hint: string][] = [
  ["sevre", 'There is no verb "sevre".', 'Did you mean "serve"?'],
  ["frobnicate", 'There is no verb "frobnicate".', "`furrow help` lists the verbs."],
  ["constructor", 'There is no verb "constructor".', "`furrow help` lists the verbs."],
  ["help lnit", 'There is no verb "lnit".', 'Did you mean "lint"?'],
  ["--jsn lint", "furrow has no option --jsn.", 'Did you mean "--json"?'],
  ["lint --exlpain x", "furrow lint has no option --exlpain.", 'Did you mean "--explain"?'],
  ["lint --__proto__ x", "furrow lint has no option --__proto__.", "It has: "],
  ["keys list --name x", "furrow keys list has no option --name.", "It has: "],
  ["keys", "furrow keys needs one of: create, list, revoke.", "`furrow keys --help` says more."],
  ["keys craete", 'furrow keys cannot "craete".', 'Did you mean "create"?'],
  ["sendings get", "furrow sendings get needs ID.", "`furrow sendings --help` says more."],
  ["outbox me", 'furrow outbox does not know what to do with "me".', "`furrow outbox --help` says more."],
  ["lint --config", "--config needs a value.", "Write it as --config FILE."],
  ["lint --config --json", "--config needs a value.", "Write it as --config FILE."],
  ["lint --config=", "--config needs a value.", "Write it as --config FILE."],
  ["lint --json=yes", "--json takes no value.", "Write it as --json."],
  ["outbox --to a --to b", "--to stands there twice.", "Give it once."],
  ["serve --role boss", 'There is no role "boss".', "There is: all, api, worker."],
  ["serve --listen 3000", '--listen cannot be "3000".', "Write it as HOST:PORT"],
  ["keys create --scopes contacts:read", "furrow keys create needs --name.", "Write it as --name N."],
  ["keys create --name n", "furrow keys create needs --scopes.", "Write it as --scopes"],
  [
    "keys create --name n --scopes contacts:raed",
    'There is no scope "contacts:raed".',
    'Did you mean "contacts:read"?',
  ],
  ["keys create --name n --scopes *", 'There is no scope "*".', "There is: contacts:read"],
  ["keys create --name n --scopes contacts:* --expires soon", '--expires cannot be "soon".', "Write a duration"],
  ["sources pause", "furrow sources pause needs NAME.", "`furrow sources --help` says more."],
  ["events", "furrow events needs one of: list, get, replay, refused, trigger.", "`furrow events --help` says more."],
  ["events replay", "furrow events replay needs ID or a filter.", "Write --source NAME"],
  ["events replay --confirm 3", "furrow events replay needs ID or a filter.", "Write --source NAME"],
  ["events replay --source a --confirm many", '--confirm cannot be "many".', "Write the number of people"],
  ["events replay x --source a", "ID stands alone.", "Name one event by its ID"],
  ["events replay x --confirm 3", "ID stands alone.", "Name one event by its ID"],
  ["events replay x y", 'furrow events replay does not know what to do with "y".', "`furrow events --help` says more."],
  ["events trigger leads", "furrow events trigger needs FIXTURE.", "`furrow events --help` says more."],
  ["events trigger a b --method TRACE", '--method cannot be "TRACE".', "Write it as POST, HEAD or OPTIONS."],
  ["events trigger a b --server ftp://x", '--server cannot be "ftp://x".', "Write it as http://HOST:PORT."],
  ["plugin", "furrow plugin needs one of: create.", "`furrow plugin --help` says more."],
  ["plugin create", "furrow plugin create needs NAME.", "`furrow plugin --help` says more."],
  ...["Acme", "a b", "../acme", "9lives", "acme-", "@you/", "@/acme", "node_modules", "ä", "a".repeat(201)].map(
    (name): [string[], string, string] => [
      ["plugin", "create", name],
      `No plugin can be called "${name}".`,
      "Write lower-case letters, digits and single hyphens",
    ],
  ),
  ["execute welcome", "furrow execute needs --contacts.", "Write it as --contacts FILE."],
  ["execute welcome --contacts x --context [1]", "--context is not a JSON object.", "Write it as --context"],
  ["execute welcome --contacts x --context {", "--context is not a JSON object.", "Write it as --context"],
  ["execute welcome --contacts x --key dem_x", "--server and --key stand together.", "Give both"],
  [
    "execute welcome --contacts x --key dem_x --server ftp://x",
    '--server cannot be "ftp://x".',
    "Write it as http://HOST:PORT.",
  ],
];

for (const [args, message, hint] of refusals) {
  const words = typeof args === "string" ? args.split(" ") : args;
  t.test(`furrow ${words.join(" ")}`, async (t) => {
    const { code, out, err } = await furrow(words);
    t.equal(code, 64);
    t.equal(out, "");
    const [first, second, ...more] = err.trimEnd().split("\n");
    t.equal(first, message);
    t.equal(second?.slice(0, hint.length), hint);
    t.same(more, []);
  });
}

t.test("options may stand before the verb, and the words after -- are operands", async (t) => {
  const found = await furrow(["--config", "a.yaml", "lint"], { readServerConfig: async () => ({ problems: [] }) });
  t.equal(found.code, 3);
  t.equal((await furrow(["sendings", "get", "--", "--json", "x"])).code, 64);
});

t.test("what nobody foresaw is one sentence and a hint; the stack only when it is asked for", async (t) => {
  const { code, err } = await furrow(["outbox"]);
  t.equal(code, 1);
  t.equal(err, "The server config was read.\nRun it again with FURROW_TRACE=1 to see where it happened.\n");
});

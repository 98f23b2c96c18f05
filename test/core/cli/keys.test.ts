import { createHash } from "node:crypto";
import t from "tap";
import type { ApiKey } from "../../../core/contracts/model.js";
import { furrow } from "./fake-shell.js";
import { fakeRuntime } from "./serve/fake-runtime.js";

t.test("a key is printed once, and only its hash is kept", async (t) => {
  const { parts, keys, calls } = fakeRuntime("furrow.db");
  const args = [
    "keys",
    "create",
    "--name",
    "shop",
    "--scopes",
    "contacts:*, sequences:execute,contacts:*",
    "--expires",
    "90d",
    "--json",
  ];
  const { code, out, err } = await furrow(args, parts);
  t.equal(code, 0);
  t.equal(err, "");
  const made = JSON.parse(out) as { id: string; key: string; expiresAt: string };
  const [kept] = keys;
  t.same(Object.keys(made), ["id", "name", "key", "scopes", "organization", "expiresAt"]);
  t.match(made, {
    id: kept?.id,
    name: "shop",
    key: /^dem_[\w-]{43}$/,
    scopes: ["contacts:*", "sequences:execute"],
    organization: "default",
  });
  t.equal(Date.parse(made.expiresAt), kept?.expiresAt);
  t.equal((kept?.expiresAt ?? 0) - (kept?.createdAt ?? 0), 90 * 86_400_000);
  t.equal(kept?.hash, createHash("sha256").update(made.key).digest("hex"));
  t.notMatch(JSON.stringify(keys), made.key);
  t.same(calls, ["made", "close"]);
});

t.test("as text it comes with a warning, and may belong to another organization", async (t) => {
  const { parts, keys } = fakeRuntime("furrow.db");
  const { out, err } = await furrow(
    ["keys", "create", "--name", "shop", "--scopes", "keys:write", "--organization", "acme"],
    parts,
  );
  t.match(out, /^key +dem_[\w-]{43}$/m);
  t.equal(err, "Keep the key now: it is not shown again.\n");
  t.match(keys, [{ organization: "acme", expiresAt: null, scopes: ["keys:write"] }]);
});

t.test("keys are listed without their hashes", async (t) => {
  const { parts, keys } = fakeRuntime("furrow.db");
  t.equal((await furrow(["keys", "list"], parts)).out, "No keys.\n");
  keys.push(key({ id: "k1", name: "shop", lastUsedAt: 0 }), key({ id: "k2", name: "old", active: false }));
  const { out } = await furrow(["keys", "list", "--json"], parts);
  t.match(JSON.parse(out), {
    data: [
      { id: "k1", active: true, expiresAt: null, lastUsedAt: "1970-01-01T00:00:00.000Z" },
      { id: "k2", active: false },
    ],
    meta: { page: 1, perPage: 2, total: 2, totalPages: 1 },
  });
  t.notMatch(out, "hash");
  t.match((await furrow(["keys", "list"], parts)).out, /^k2 +old +revoked/m);
});

t.test("a key that does not exist cannot be revoked", async (t) => {
  const { parts, keys } = fakeRuntime("furrow.db");
  keys.push(key({ id: "k1" }));
  t.same(JSON.parse((await furrow(["keys", "revoke", "k1", "--json"], parts)).out), { id: "k1", active: false });
  const { code, err } = await furrow(["keys", "revoke", "k1", "--organization", "acme"], parts);
  t.equal(code, 1);
  t.equal(err, "There is no key k1 in acme.\n`furrow keys list` shows the ids.\n");
});

function key(fields: Partial<ApiKey>): ApiKey {
  const times = { expiresAt: null, lastUsedAt: null, createdAt: 0 };
  return { id: "k", organization: "default", name: "n", hash: "hash", scopes: [], active: true, ...times, ...fields };
}

import t from "tap";
import { allows, isScope, scopes } from "../../../core/contracts/scopes.js";

t.test("the scopes are those of the contract, with a star per resource", async (t) => {
  const written =
    "contacts:read contacts:write contacts:* surveys:read surveys:write surveys:send surveys:* sequences:read sequences:write " +
    "sequences:execute sequences:* responses:read responses:* reviews:read reviews:write reviews:* webhooks:read webhooks:write " +
    "webhooks:* sendings:read sendings:write sendings:* events:read events:write events:* locations:read locations:write " +
    "locations:* employees:read employees:write employees:* keys:write keys:*";
  t.same(scopes, written.split(" "));
  t.ok(scopes.every(isScope));
  for (const none of ["*", "contacts", "contacts:", "contacts:send", "*:read", "Contacts:read"])
    t.notOk(isScope(none), none);
});

t.test("a scope allows itself, a star its resource and no other", async (t) => {
  t.ok(allows(["contacts:read"], "contacts:read"));
  t.ok(allows(["contacts:*"], "contacts:write"));
  t.notOk(allows(["contacts:read"], "contacts:write"));
  t.notOk(allows(["contacts:*"], "keys:write"));
  t.notOk(allows(["*"], "contacts:read"));
  t.notOk(allows([], "contacts:read"));
});

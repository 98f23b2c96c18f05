import { test } from "tap";
import { origin, site } from "../../connectors/origin.js";

test("an origin has no path, a site may", async (t) => {
  const good = (schema: typeof origin, text: unknown) => schema.validate(text).error === undefined;
  for (const text of ["https://api.example.com", "http://127.0.0.1:4000", "https://api.example.com/"]) {
    t.ok(good(origin, text) && good(site, text), text);
  }
  t.same([good(origin, "https://example.com/shop"), good(site, "https://example.com/shop")], [false, true]);
  for (const text of [
    "",
    "api.example.com",
    "ftp://a.example",
    "https://u:p@a.example",
    "https://a.example/?x",
    "https://a.example#x",
    5,
  ]) {
    t.notOk(good(origin, text) || good(site, text), String(text));
  }
});

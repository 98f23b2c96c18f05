import { test } from "tap";
import { nearest, suggestion } from "../../../core/contracts/nearest.js";

test("the name that was most likely meant", async (t) => {
  const names = ["contact", "context", "location", "id"];
  t.equal(nearest("contct", names), "contact");
  t.equal(nearest("conetxt", names), "context", "two letters swapped are one slip");
  t.equal(nearest("Location", names), "location");
  t.equal(nearest("if", names), "id");
  t.equal(nearest("order", names), undefined);
  t.equal(nearest("", names), undefined);
  t.equal(nearest("contact", []), undefined);
  t.equal(nearest("x".repeat(10_000), names), undefined);
});

test("a suggestion names the nearest, or all of a few", async (t) => {
  t.equal(suggestion("nme", ["name", "key"]), "Did you mean `name`?");
  t.equal(suggestion("order", ["name", "key"]), "There is: name, key");
  t.equal(suggestion("order", []), null);
  t.equal(
    suggestion(
      "zzz",
      Array.from({ length: 15 }, (_, index) => `name${index}`),
    ),
    null,
  );
});

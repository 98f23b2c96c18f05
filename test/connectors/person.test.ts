import { test } from "tap";
import { language, namesIn, namesOf } from "../../connectors/person.js";

test("names of two people are not mixed", async (t) => {
  const people = [
    null,
    { first_name: "", last_name: " " },
    { first_name: "Bo" },
    { first_name: "Al", last_name: "Ek" },
  ];
  t.same(namesIn(...people), { firstName: "Bo", lastName: null });
  t.same(namesIn(), { firstName: null, lastName: null });
});

test("of a name in one string the first word is the first name", async (t) => {
  t.same(namesOf("  Ana  María de la Cruz "), { firstName: "Ana", lastName: "María de la Cruz" });
  t.same(namesOf("Cher"), { firstName: "Cher", lastName: null });
  t.same(namesOf(""), { firstName: null, lastName: null });
  t.same(namesOf(null), { firstName: null, lastName: null });
});

test("a language is BCP 47", async (t) => {
  t.same(["sv-SE", "pt_BR", "EN-us", "es-419", "de"].map(language), ["sv-SE", "pt-BR", "en-US", "es-419", "de"]);
  t.same(["auto", "", "?", "e", null, undefined].map(language), [null, null, null, null, null, null]);
});

import { test } from "tap";
import { exit } from "../../../core/steps/exit.js";
import { stepTypes } from "../../../core/steps/step-types.js";
import { stepValues } from "../../../core/steps/values.js";
import { wait } from "../../../core/steps/wait.js";
import { home, letters, NOW, reading, times, view, world } from "./fixtures.js";

const values = stepValues(world, home());

test("wait takes a duration", async (t) => {
  t.same(wait.read("2h", reading()), { settings: { duration: 7_200_000 } });
  t.same(wait.read("P1D", reading()), { settings: { duration: 86_400_000 } });
  const begin = wait.prepare(
    { id: "w", type: "wait", delay: 0, when: null, settings: { duration: 5_000 } },
    home(),
    values,
    letters,
    times,
  );
  t.same(begin(view()), { do: "wait", until: NOW + 5_000 });
});

test("a wait of nothing goes on at once", async (t) => {
  t.same(wait.read("0s", reading()), { settings: { duration: 0 } });
  const begin = wait.prepare(
    { id: "w", type: "wait", delay: 0, when: null, settings: { duration: 0 } },
    home(),
    values,
    letters,
    times,
  );
  t.same(begin(view()), { do: "continue" });
});

test("wait refuses everything else with a hint", async (t) => {
  for (const value of ["two days", 2, null, undefined, {}, ["2d"]]) {
    t.match(
      wait.read(value, reading()),
      { problems: [{ path: [], rule: "duration", hint: /2h/ }] },
      JSON.stringify(value),
    );
  }
});

test("exit has no settings", async (t) => {
  t.same(exit.read({}, reading()), { settings: {} });
  t.match(exit.read({ reason: "x" }, reading()), { problems: [{ path: ["reason"], rule: "unknown-key" }] });
  for (const value of [null, undefined, "now", true, []])
    t.match(exit.read(value, reading()), { problems: [{ path: [], rule: "schema" }] });
  t.same(
    exit.prepare({ id: "e", type: "exit", delay: 0, when: null, settings: {} }, home(), values, letters, times)(view()),
    {
      do: "exit",
    },
  );
});

test("each type stands under its own name", async (t) => {
  for (const [name, type] of stepTypes) t.equal(type.name, name);
  t.same([...stepTypes.keys()], ["email", "wait", "exit"]);
});

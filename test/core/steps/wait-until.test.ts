import { test } from "tap";
import type { Entity } from "../../../core/contracts/inbox.js";
import type { JsonObject } from "../../../core/contracts/model.js";
import { stepExpressions } from "../../../core/expressions/expressions.js";
import { timesOf } from "../../../core/steps/times.js";
import { stepValues } from "../../../core/steps/values.js";
import { wait } from "../../../core/steps/wait.js";
import { home, letters, NOW, reading, times, view, world } from "./fixtures.js";

const hour = 3_600_000;
const values = stepValues(world, home());

const booking: Entity = {
  ...{ organization: "default", source: "salon", key: "booking:7", kind: "booking", status: "booked" },
  ...{ startsAt: NOW + 48 * hour, endsAt: null, data: { service: "Cut" }, version: null },
  ...{ updatedAt: NOW, endedDueAt: null },
};

function settingsOf(file: JsonObject): JsonObject {
  const read = wait.read(file, reading());
  if ("problems" in read) throw new Error(JSON.stringify(read.problems));
  // As a store gives it back.
  return JSON.parse(JSON.stringify(read.settings)) as JsonObject;
}

function begin(file: JsonObject, at = view({ entity: booking })) {
  const definition = { id: "w", type: "wait", delay: 0, when: null, settings: settingsOf(file) };
  return wait.prepare(definition, home(), values, letters, times)(at);
}

test("a wait until a time of the entity follows it", async (t) => {
  t.same(begin({ until: "entity.startsAt" }), { do: "wait", until: NOW + 48 * hour, anchored: true });
  t.same(begin({ until: "entity.startsAt", offset: "-1d" }), { do: "wait", until: NOW + 24 * hour, anchored: true });
  t.same(begin({ until: "entity.startsAt", offset: "+PT2H" }), { do: "wait", until: NOW + 50 * hour, anchored: true });
});

test("a wait until any other time stands", async (t) => {
  const at = view({ context: { at: "2026-02-11T10:30:00+01:00" } });
  t.same(begin({ until: "timestamp(context.at)" }, at), { do: "wait", until: NOW + 23 * hour, anchored: false });
  t.same(begin({ until: "contact.createdAt + duration('1h')" }, at), {
    do: "wait",
    until: NOW + hour,
    anchored: false,
  });
});

test("a time that has passed goes on, or ends the sending", async (t) => {
  const past = { until: "entity.startsAt", offset: "-2d" };
  t.same(begin(past), { do: "continue" });
  t.same(begin({ ...past, ifPast: "continue" }), { do: "continue" });
  t.same(begin({ ...past, ifPast: "exit" }), { do: "cancel", reason: "past" });
});

test("where there is no time the sending is held, and no value is told", async (t) => {
  const held = (note: string, anchored = true) => ({ do: "hold", reason: "no_time", note, anchored });
  t.same(begin({ until: "entity.endsAt" }), held("`until` gives no time"));
  const missing = "`until` cannot be evaluated: a field that it reads is missing";
  t.same(begin({ until: "entity.startsAt" }, view()), held(missing));
  t.same(begin({ until: "entity.startsAt" }, view({ sending: { entity: "lead:1" } })), held("`until` gives no time"));
  const secret = view({ context: { at: "not a time" } });
  const wrong = begin({ until: "timestamp(context.at)" }, secret);
  t.match(wrong, { do: "hold", note: /^`until` cannot be evaluated: / });
  t.notMatch(JSON.stringify(wrong), "not a time");
  const settings = { until: "entity.", offset: 0, ifPast: "continue", entity: true };
  const stored = { id: "w", type: "wait", delay: 0, when: null, settings };
  t.same(wait.prepare(stored, home(), values, letters, times)(view()), held("`until` cannot be read"));
});

test("a time beyond the calendar is none", async (t) => {
  const expressions = { ...stepExpressions([]), compile: () => () => new Date(8.64e15) };
  t.same(timesOf(expressions, values)("x")(view()), { none: "`until` gives no time" });
});

test("what is stored says whether an entity is needed", async (t) => {
  t.same(settingsOf({ until: "entity.startsAt", offset: "-1d", ifPast: "exit" }), {
    ...{ until: "entity.startsAt", offset: -24 * hour, ifPast: "exit", entity: true },
  });
  t.same(settingsOf({ until: "timestamp(context.entity)" }), {
    ...{ until: "timestamp(context.entity)", offset: 0, ifPast: "continue", entity: false },
  });
  t.equal(wait.needsEntity?.(settingsOf({ until: "true ? entity.endsAt : contact.createdAt" })), true);
  t.equal(wait.needsEntity?.(settingsOf({ until: "contact.createdAt" })), false);
  t.equal(wait.needsEntity?.({ duration: 5 }), false);
});

test("what is wrong is told when the project is read", async (t) => {
  const refused: [file: unknown, ...problems: object[]][] = [
    [{ until: "entity.startAt" }, { path: ["until"], rule: "condition", message: "`entity` has no field `startAt`" }],
    [{ until: "entity.startAt" }, { line: 1, column: 8, hint: "Did you mean `startsAt`?" }],
    [
      { until: "context.at" },
      { path: ["until"], message: "The expression gives a dyn, not a time", hint: /timestamp\(/ },
    ],
    [{ until: "entity.key" }, { message: "The expression gives a string, not a time" }],
    [{ until: "entity." }, { path: ["until"], rule: "condition" }],
    [{ until: "" }, { path: ["until"], rule: "schema" }],
    [{ until: 5, ofset: "1d" }, { path: ["until"] }, { path: ["ofset"], rule: "unknown-key", hint: /offset/ }],
    [
      { until: "entity.endsAt", offset: "soon" },
      { path: ["offset"], message: /must be a duration, as -1d or 2h/ },
    ],
    [
      { until: "entity.endsAt", offset: 5, ifPast: "skip" },
      { path: ["offset"] },
      { path: ["ifPast"], message: /continue/ },
    ],
  ];
  for (const [file, ...problems] of refused) t.match(wait.read(file, reading()), { problems }, JSON.stringify(file));
});

test("texts and conditions see the entity", async (t) => {
  const seen = values(view({ entity: booking, sending: { entity: "booking:1" } })).entity;
  t.same(seen, {
    ...{ key: "booking:7", kind: "booking", status: "booked", startsAt: "2026-02-12T10:30:00.000Z", endsAt: null },
    data: { service: "Cut" },
  });
  t.equal(values(view()).entity, null);
  t.match(values(view({ sending: { entity: "lead:1" } })).entity, { key: "lead:1", status: null, data: {} });
});

import { test } from "tap";
import type { Sequence, SequenceVersion, StepDefinition } from "../../../core/contracts/model.js";
import { stepExpressions } from "../../../core/expressions/expressions.js";
import { sequenceLibrary } from "../../../core/steps/sequences.js";
import { letters, NOW, view, world } from "./fixtures.js";

const sequence: Sequence = {
  ...{
    id: "seq-1",
    organization: "default",
    key: "welcome",
    name: "Welcome",
    status: "paused",
    version: 3,
    purpose: "marketing",
  },
  ...{ createdAt: NOW, updatedAt: NOW },
};
const texts = { und: { subject: "Hello {{ contact.firstName }}", html: null, text: "Hi" } };
const settings = { onUncertain: "hold", from: null, replyTo: null, fallback: "und", languages: texts };
const steps: StepDefinition[] = [
  { id: "hello", type: "email", delay: 5_000, when: null, settings },
  { id: "pause", type: "wait", delay: 0, when: null, settings: { duration: 60_000 } },
  { id: "end", type: "exit", delay: 0, when: null, settings: {} },
];

function library(of: StepDefinition[] = steps, kept?: number, exitWhen?: string[]) {
  const asked: number[] = [];
  const sequences = {
    byId: async (id: string) => (id === sequence.id ? sequence : undefined),
    version: async (sequenceId: string, version: number): Promise<SequenceVersion | undefined> => {
      asked.push(version);
      if (version > 9) return undefined;
      return {
        sequenceId,
        version,
        definition: {
          purpose: "transactional",
          reentry: { cooldown: 1 },
          ...(exitWhen && { exitWhen }),
          steps: of,
        },
        createdAt: NOW,
      };
    },
  };
  const parts = {
    ...world,
    store: { sequences },
    expressions: stepExpressions(["shop"]),
    letters,
    ...(kept !== undefined && { kept }),
  };
  return { library: sequenceLibrary(parts), asked };
}

const applies = async (when: string | null, at = view()) => {
  const ready = await library([{ ...steps[2]!, when }]).library.runnable("seq-1", 3);
  return ready.steps[0]!.applies(at);
};

test("a version made ready", async (t) => {
  const { library: sequences } = library();
  const ready = await sequences.runnable("seq-1", 2);
  const shape = { id: "seq-1", key: "welcome", version: 2, reentry: { cooldown: 1 } };
  t.match(ready, { ...shape, purpose: "transactional" }, "the purpose is that of the version");
  t.same(
    ready.steps.map(({ id, type, delay }) => [id, type, delay]),
    [
      ["hello", "email", 5_000],
      ["pause", "wait", 0],
      ["end", "exit", 0],
    ],
  );
  const action = ready.steps[0]!.begin(view());
  t.match(action.do === "send" && action.compose(), {
    message: { subject: "Hello Ana", category: "welcome", stepId: "hello" },
  });
  t.same(ready.steps[1]!.begin(view()), { do: "wait", until: NOW + 60_000 });
});

test("a version says whether it needs an entity, and what ends those inside", async (t) => {
  t.match(await library().library.runnable("seq-1", 1), { needsEntity: false, exitWhen: [] });
  const until = { until: "entity.startsAt", offset: 0, ifPast: "continue", entity: true };
  const following = [...steps, { id: "before", type: "wait", delay: 0, when: null, settings: until }];
  const ready = await library(following, undefined, ["booking.cancelled"]).library.runnable("seq-1", 1);
  t.match(ready, { needsEntity: true, exitWhen: ["booking.cancelled"] });
  const later = NOW + 60_000;
  const entity = { organization: "default", source: "salon", key: "booking:1", kind: "booking", status: null } as const;
  const times = { startsAt: later, endsAt: null, data: {}, version: null, updatedAt: NOW, endedDueAt: null };
  const at = view({ entity: { ...entity, ...times } });
  t.same(ready.steps[3]!.begin(at), { do: "wait", until: later, anchored: true });
});

test("the status is asked anew each time", async (t) => {
  t.equal(await library().library.status("seq-1"), "paused");
  await t.rejects(library().library.status("seq-9"), /There is no sequence seq-9/);
});

test("a version is loaded once, also by many at a time, and the least used goes first", async (t) => {
  const { library: sequences, asked } = library(steps, 2);
  const [one, other] = await Promise.all([sequences.runnable("seq-1", 1), sequences.runnable("seq-1", 1)]);
  t.equal(one, other);
  await sequences.runnable("seq-1", 2);
  await sequences.runnable("seq-1", 1);
  await sequences.runnable("seq-1", 3);
  t.same(asked, [1, 2, 3]);
  await sequences.runnable("seq-1", 1);
  t.same(asked, [1, 2, 3]);
  await sequences.runnable("seq-1", 2);
  t.same(asked, [1, 2, 3, 2]);
});

test("what was never published is asked for again later", async (t) => {
  const { library: sequences, asked } = library();
  await t.rejects(sequences.runnable("seq-1", 10), /Version 10 of the sequence seq-1 was never published/);
  await t.rejects(sequences.runnable("seq-1", 10));
  t.same(asked, [10, 10]);
  await t.rejects(sequences.runnable("seq-9", 1), /never published/);
  await t.rejects(
    library([{ ...steps[0]!, type: "fax" }]).library.runnable("seq-1", 1),
    /The step hello of welcome is of the type fax, which is unknown here/,
  );
});

test("conditions", async (t) => {
  const vip = view({
    contact: { tags: ["vip"] },
    context: { total: 12.5 },
    sending: { locationId: "loc-1", entity: "order:1" },
  });
  for (const when of [
    null,
    "true",
    "contact.tags.exists(t, t == 'vip')",
    "context.total > 12",
    "location.key == 'berlin'",
    "vars.shop != ''",
  ]) {
    t.equal(await applies(when, vip), true, String(when));
  }
  t.equal(
    await applies("entity.key == 'order:1' && sending.createdAt == timestamp('2026-02-10T10:30:00Z')", vip),
    true,
  );
  t.same(await applies("contact.firstName == 'Bob'"), { skipped: "`when` is false" });
  t.same(await applies("context.order", view({ context: { order: "Ana" } })), {
    skipped: "`when` gives neither true nor false",
  });
  t.same(await applies("this is not CEL"), { skipped: "`when` cannot be read" });
});

test("a condition that fails says why and names no value", async (t) => {
  const at = view({ context: { name: "Ana", list: [] } });
  t.same(await applies("context.total > 1", at), {
    skipped: "`when` cannot be evaluated: a field that it reads is missing",
  });
  const failing = [
    "context.people[context.name] == 1",
    "int(context.name) == 1",
    "duration(context.name) == duration('1s')",
    "context.name > 1",
    "context.list[3] == 1",
  ];
  for (const when of failing) {
    const result = await applies(when, at);
    t.match(result, { skipped: /^`when` cannot be evaluated: / }, when);
    t.notMatch(JSON.stringify(result), "Ana");
  }
});

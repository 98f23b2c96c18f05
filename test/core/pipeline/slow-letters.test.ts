import { test } from "tap";
import type { RunnableStep } from "../../../core/contracts/step.js";
import { email } from "../../../core/steps/email.js";
import { stepValues } from "../../../core/steps/values.js";
import { LEASH } from "../../../core/templates/limits.js";
import type { Renderer } from "../../../core/templates/renderer.js";
import { home, times, world } from "../steps/fixtures.js";
import { endless, patience, rendererOf } from "../templates/letters.js";
import { engineOf } from "./engine.js";
import { sequenceOf, step } from "./sequence.js";

const [ann, slow, cleo] = ["ann@acme.example", "slow@acme.example", "cleo@acme.example"];

/** A mail that is endless for one of them. */
function letterStep({ letters }: Renderer): RunnableStep {
  const text = `Hi {{ contact.firstName }}{% if contact.email == '${slow}' %}${endless}{% endif %}`;
  const languages = { und: { subject: "Hello", html: null, text } };
  const settings = { onUncertain: "retry", from: null, replyTo: null, fallback: "und", languages };
  const definition = { id: "hello", type: "email", delay: 0, when: null, settings };
  const begin = email.prepare(definition, home(), stepValues(world, home()), letters, times);
  return { ...step.email("hello"), begin };
}

test("a letter that never ends fails its own step; the others of the execution are sent, before and after", async (t) => {
  const rendering = rendererOf(t, { leash: { ...LEASH, render: 60_000 }, patience: { ...patience, fill: 1_000 } });
  const engine = await engineOf(t, sequenceOf([letterStep(rendering), step.email("tips")]));
  const { results } = await engine.call([ann, slow, cleo]);
  const sent = () => engine.channel.messages.map(({ stepId, to }) => `${stepId} ${to.email}`);

  const advancing = engine.scheduler.ringDue();
  while (sent().length === 0) await new Promise(setImmediate);
  t.equal(sent()[0], `hello ${ann}`);
  t.match(
    await engine.sending(results[1]!.sendingId),
    { state: "open", stepId: "hello" },
    "while this one is still at it",
  );
  await advancing;
  t.same(sent().toSorted(), [`hello ${ann}`, `hello ${cleo}`, `tips ${ann}`, `tips ${cleo}`]);
  t.match(await engine.sending(results[1]!.sendingId), { state: "failed", reason: "template", stepId: "hello" });
  const story = await engine.file.sendings.timeline("acme", results[1]!.sendingId);
  t.match(story.at(-1), { kind: "settled", reason: "template", note: "The template takes longer than it may" });
  t.equal(rendering.threads, 2, "one was killed, the next one wrote to Cleo");
  t.equal(engine.deliver.flights.size, 0);
});

test("what is composed late keeps no place in flight, and none of it begins after a halt", async (t) => {
  const late = Promise.withResolvers<undefined>();
  const slowStep = step.email("hello");
  const begin: RunnableStep["begin"] = (view) => {
    const action = slowStep.begin(view);
    if (action.do !== "send") throw new Error("an email step sends");
    const { compose } = action;
    return view.contact.email === slow ? { ...action, compose: () => late.promise.then(compose) } : action;
  };
  const engine = await engineOf(t, sequenceOf([{ ...slowStep, begin }]));
  const { executionId, results } = await engine.call([slow, ann]);
  const advancing = engine.advance.run(executionId);
  while (engine.channel.messages.length === 0) await new Promise(setImmediate);
  engine.deliver.halt();
  late.resolve(undefined);
  await advancing;
  t.equal(engine.channel.messages.length, 1);
  t.match(await engine.sending(results[0]!.sendingId), { state: "open", stepId: "hello", dueAt: engine.clock.now() });
});

test("a store that fails for a late letter fails the job, which gives the sending back", async (t) => {
  let isBroken = false;
  const engine = await engineOf(
    t,
    sequenceOf([
      {
        ...step.email("hello"),
        begin: (view) => {
          const action = step.email("hello").begin(view);
          if (action.do !== "send") throw new Error("an email step sends");
          return {
            ...action,
            compose: async () => {
              isBroken = true;
              return action.compose();
            },
          };
        },
      },
    ]),
    {
      between: (store) => ({
        ...store,
        attempts: {
          ...store.attempts,
          calling: (...of) => (isBroken ? Promise.reject(new Error("disk")) : store.attempts.calling(...of)),
        },
      }),
    },
  );
  const { executionId, results } = await engine.call([ann]);
  await t.rejects(engine.advance.run(executionId), /disk/);
  t.match(await engine.sending(results[0]!.sendingId), { state: "open", stepId: "hello", dueAt: engine.clock.now() });
  t.equal(engine.channel.messages.length, 0);
});

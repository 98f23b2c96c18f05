import { minute, organization } from "../simulation/project.js";
import { fates } from "../simulation/provider.js";
import type { Stage } from "./stage.js";

const day = 24 * 60 * minute;

/** What people and providers do to Furrow, each played from its beginning with one failure at each of its points. */
export const scenarios: Record<string, (stage: Stage) => Promise<void>> = {
  async execute(stage) {
    stage.call("retry", 3);
    await stage.ring();
  },

  async "a call in time to come"(stage) {
    stage.call("hold", 1, 10 * minute);
    await stage.ring();
  },

  async replay(stage) {
    const call = stage.call("hold", 2);
    stage.people.try(stage.life, call);
    await stage.ring();
    stage.people.try(stage.life, call);
    await stage.ring();
  },

  async "more people than places in flight"(stage) {
    stage.call("skip", 8);
    stage.call("exit", 2);
    await stage.ring();
  },

  async "in doubt, and held"(stage) {
    stage.world.provider.script.push(fates.broken(true), fates.broken(false), fates.defect(true));
    stage.call("hold", 3);
    await stage.ring();
    for (const { id } of await stage.those("held"))
      await stage.act(({ engine }) => engine.intervene.retry(organization, id));
    await stage.ring();
  },

  async "in doubt, and tried again"(stage) {
    stage.world.provider.script.push(fates.broken(true), fates.hanging(false), fates.broken(false), fates.broken(true));
    stage.call("retry", 2);
    await stage.pass(minute);
    for (const { id } of await stage.those("held"))
      await stage.act(({ engine }) => engine.intervene.skip(organization, id));
    await stage.ring();
  },

  async "in doubt, and passed over"(stage) {
    stage.world.provider.script.push(fates.broken(true), fates.hanging(true));
    stage.call("skip", 2);
    await stage.pass(minute);
  },

  async "a wait"(stage) {
    stage.call("letters", 2);
    await stage.ring();
    await stage.pass(11 * minute);
  },

  async "a provider that is busy"(stage) {
    stage.world.provider.script.push(fates.unavailable, fates.tooMany(stage.world.time.now() + minute), fates.rejected);
    stage.call("hold", 3);
    await stage.pass(2 * minute);
    for (const { id } of await stage.those("failed"))
      await stage.act(({ engine }) => engine.intervene.retry(organization, id));
    await stage.ring();
  },

  async "a channel that a person resumes"(stage) {
    stage.world.provider.script.push(fates.unauthorized);
    stage.call("retry", 5);
    await stage.ring();
    stage.call("hold", 1);
    await stage.ring();
    await stage.act(({ engine }) => engine.intervene.resumeChannel("email"));
    await stage.ring();
  },

  async "a channel that is probed"(stage) {
    const soon = stage.world.time.now() + 2 * minute;
    stage.world.provider.script.push(fates.forbidden(soon));
    stage.call("hold", 5);
    await stage.pass(20 * minute);
  },

  async "cancelled in flight"(stage) {
    stage.world.provider.script.push(fates.slow(5_000), fates.slow(5_000));
    stage.call("retry", 1);
    stage.call("hold", 1);
    await stage.ring();
    const [first, second] = await stage.those("pending");
    await stage.act(async ({ engine }) => first && engine.intervene.cancelSending(organization, first.id));
    await stage.act(async ({ engine }) => second && engine.intervene.cancelExecution(organization, second.executionId));
    await stage.pass(minute);
  },

  async "a template that cannot be rendered"(stage) {
    stage.call("broken", 2);
    await stage.ring();
    for (const { id } of await stage.those("failed"))
      await stage.act(({ engine }) => engine.intervene.skip(organization, id));
    await stage.ring();
  },

  async "alarms that were lost"(stage) {
    stage.call("retry", 2);
    await stage.world.drained();
    stage.world.alarms.times.clear();
    await stage.sweep();
  },

  async "a process that dies in flight"(stage) {
    const { script } = stage.world.provider;
    script.push(fates.hanging(true), fates.hanging(false), fates.hanging(true));
    for (const sequence of ["retry", "hold", "skip"]) stage.call(sequence);
    await stage.ring();
    await stage.restart();
    await stage.pass(minute);
  },

  async "a stop that cuts calls short"(stage) {
    stage.world.provider.script.push(fates.hanging(true), fates.hanging(false));
    stage.call("retry", 1);
    stage.call("hold", 1);
    await stage.ring();
    stage.life.engine.deliver.halt();
    await stage.world.drained();
    stage.life.engine.deliver.cutShort();
    await stage.world.drained();
    await stage.restart();
    await stage.ring();
  },

  async "somebody who opts out"(stage) {
    stage.call("letters", 1);
    await stage.ring();
    const [letter] = await stage.those("sent");
    const { store, time } = stage.world;
    if (letter) await store.contacts.optOut(organization, letter.contactId, time.now());
    await stage.pass(11 * minute);
  },

  async "rows that are past their time"(stage) {
    stage.call("hold", 1);
    await stage.ring();
    // A caller who goes on after the answer is forgotten makes another call.
    stage.people.finish(stage.life);
    await stage.ring();
    stage.world.time.pass(20_000 * day);
    await stage.sweep();
  },
};

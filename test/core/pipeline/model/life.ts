import type { Duration, Instant } from "../../../../core/contracts/model.js";
import { minute, scriptOf, type ScriptStep } from "./scripts.js";
import { isUnprintable, kindFor, pauses, type Kind, type Position, type Way, type World } from "./world.js";

const probeEvery = 15 * minute;

/** Time passes: everything is done at the time that it is due. */
export function elapse(world: World, duration: Duration): void {
  const until = world.now + duration;
  for (;;) {
    ring(world);
    const next = Math.min(
      until,
      world.sweepAt,
      ...[...world.ways.values()].filter(waits).map(({ dueAt }) => dueAt ?? until),
    );
    if (next <= world.now) return;
    world.now = next;
  }

  function waits(way: Way): boolean {
    return isGoing(world, way) && (way.dueAt ?? 0) > world.now;
  }
}

/** All that is due now is done, and what is due because of it. */
export function ring(world: World): void {
  for (;;) {
    if (world.sweepAt <= world.now) {
      world.sweepAt = world.now + minute;
      sweep(world);
    }
    const due = [...world.ways.values()].filter((way) => isGoing(world, way) && (way.dueAt ?? Infinity) <= world.now);
    for (const way of due) {
      const before = positionOf(way);
      if (walk(world, way) === "mail") mail(world, way);
      // Where it came to is written when its call has ended.
      if (way.calling) Object.assign(way, before);
    }
    if (due.length === 0 && world.sweepAt > world.now) return;
  }
}

/** A paused channel whose time has come is tried with the one message that has waited longest. */
function sweep(world: World): void {
  if (!world.paused || world.probeAt === null || world.probeAt > world.now) return;
  const parked = [...world.ways.values()].filter((way) => way.parked && world.statuses.get(way.sequence) !== "paused");
  const first = parked.sort((a, b) => (a.dueAt ?? 0) - (b.dueAt ?? 0) || (a.id < b.id ? -1 : 1))[0];
  if (!first) return;
  world.probeAt = world.now + probeEvery;
  Object.assign(first, { parked: false, dueAt: world.now });
}

/** The channel takes messages again: what waited for it is due. */
export function resumeChannel(world: World): void {
  world.paused = false;
  world.sweepAt = Math.min(world.sweepAt, world.now);
  for (const way of world.ways.values()) {
    if (way.parked) Object.assign(way, { parked: false, reason: null, dueAt: world.now });
  }
}

/** The calls in the air come back as the channel behaves now. */
export function land(world: World): void {
  world.hanging = false;
  for (const way of inTheAir(world)) {
    const [step = "", to = ""] = way.calls.pop()!.split(" ");
    const kind = kindFor(world.behaviour, to);
    if (!pauses(kind)) way.calls.push(`${step} ${to} ${kind}`);
    back(world, way, kind);
  }
}

/** The process dies. The next one takes every call in the air to be in doubt; what the dead one may hear still decides nothing. */
export function crash(world: World, late: Kind | undefined): void {
  world.hanging = false;
  for (const way of inTheAir(world)) {
    const { position, probes } = way.calling!;
    way.calling = null;
    if (way.state === "open") {
      if (way.step !== position.step) arrive(way, position.step, world.now);
      settle(world, way, "uncertain");
    }
    if (probes && (late === "accepted" || late === "rejected")) resumeChannel(world);
  }
  world.sweepAt = world.now;
}

/** Stands the way before a step, whose delay begins; past the last one it is completed. */
export function arrive(way: Way, step: number, at: Instant): void {
  const { steps } = scriptOf(way.sequence);
  Object.assign(way, { state: "open", reason: null, inside: false, parked: false, deferrals: 0, doubts: 0 });
  const next = steps[step];
  if (next) Object.assign(way, { step, dueAt: at + next.delay });
  else Object.assign(way, { state: "completed", step: steps.length - 1, dueAt: null });
}

function positionOf({ state, reason, step, inside, dueAt, parked, deferrals, doubts }: Way): Position {
  return { state, reason, step, inside, dueAt, parked, deferrals, doubts };
}

function inTheAir(world: World): Way[] {
  return [...world.ways.values()].filter(({ calling }) => calling !== null);
}

function isGoing(world: World, way: Way): boolean {
  return way.state === "open" && !way.parked && !way.calling && world.statuses.get(way.sequence) !== "paused";
}

/** As far as it goes by itself. */
function walk(world: World, way: Way): "mail" | "rests" {
  while (way.state === "open" && (way.dueAt ?? 0) <= world.now) {
    const step = stepAt(way, way.step);
    if (step.do === "email") return "mail";
    if (step.do === "exit") Object.assign(way, { state: "completed", reason: "exited", dueAt: null });
    else if (step.do === "wait" && !way.inside) Object.assign(way, { inside: true, dueAt: world.now + step.duration });
    else arrive(way, way.step + 1, world.now);
  }
  return "rests";
}

function mail(world: World, way: Way): void {
  const { email, title } = world.people.get(way.personId)!;
  const probes = way.reason === "channel_paused";
  if (world.suppressed.has(email)) return fail(way, "suppressed");
  if (world.paused && !probes) return void Object.assign(way, { parked: true, reason: "channel_paused" });
  if (isUnprintable(world.behaviour, title)) return fail(way, "template");
  way.calling = { position: positionOf(way), probes };
  const kind = kindFor(world.behaviour, email);
  const heard = world.hanging ? "unanswered" : kind;
  if (world.hanging || !pauses(kind)) way.calls.push(`${stepAt(way, way.step).id} ${email} ${heard}`);
  if (!world.hanging) back(world, way, kind);
}

/** A call comes back. */
function back(world: World, way: Way, kind: Kind): void {
  const { position, probes } = way.calling!;
  way.calling = null;
  if (pauses(kind)) Object.assign(world, { paused: true, probeAt: kind === "403" ? world.now + 15 * minute : null });
  if (kind === "accepted") way.handedOver++;
  if (way.state === "open") settle(world, Object.assign(way, position), kind);
  if (probes && (kind === "accepted" || kind === "rejected")) resumeChannel(world);
}

function settle(world: World, way: Way, kind: Kind): void {
  switch (kind) {
    case "accepted":
      return onward(world, way);
    case "rejected":
      return fail(way, "rejected");
    case "deferred":
      return again(way, world.now + pause(way.deferrals++));
    case "later":
      return again(way, world.now + 90_000);
    case "401":
    case "403":
      return void Object.assign(way, { parked: true, reason: "channel_paused" });
    case "uncertain":
    case "throws":
      return doubt(world, way);
  }
}

function doubt(world: World, way: Way): void {
  const step = stepAt(way, way.step);
  const policy = step.do === "email" ? step.onUncertain : "hold";
  const first = way.doubts++ === 0;
  if (policy === "skip") onward(world, way);
  else if (policy === "retry" && first) again(way, world.now + pause(0));
  else Object.assign(way, { state: "held", reason: "uncertain", dueAt: null });
}

function onward(world: World, way: Way): void {
  arrive(way, way.step + 1, world.now);
  walk(world, way);
}

function again(way: Way, dueAt: Instant): void {
  Object.assign(way, { reason: null, dueAt });
}

function fail(way: Way, reason: string): void {
  Object.assign(way, { state: "failed", reason, dueAt: null });
}

/** Doubles from a second to a quarter of an hour; the engine's chance stands in the middle, which takes a quarter off. */
function pause(deferrals: number): Duration {
  return Math.min(1_000 * 2 ** deferrals, 15 * minute) * 0.75;
}

function stepAt(way: Way, index: number): ScriptStep {
  return scriptOf(way.sequence).steps[index]!;
}

import { Refusal, StoreUnavailable } from "../../../core/contracts/errors.js";
import type { Instant, Sending, SequenceStatus } from "../../../core/contracts/model.js";
import type { ExecuteCall } from "../../../core/contracts/verbs.js";
import type { Random } from "../random.js";
import type { Life } from "./life.js";
import { minute, organization, project, publishedProject } from "./project.js";
import type { World } from "./world.js";

/** What a caller knows of one call of theirs. */
export interface Call {
  number: number;
  /** Without one a call is made once. */
  key: string | null;
  sequence: string;
  emails: string[];
  scheduledAt: Instant | undefined;
  dryRun: boolean;
  /** Every answer that came. */
  bodies: string[];
  /** Tries that were refused, and whether the call had been carried out before they began. */
  refusals: { code: string; tooLate: boolean }[];
  /** The life in which it was last tried. */
  triedIn: number;
}

const everybody = Array.from({ length: 12 }, (_, index) => `p${index}@example.com`);

/** Callers, who try again until they are answered, and operators, who do what comes to their minds. */
export class People {
  readonly calls: Call[] = [];
  private readonly statuses = new Map<string, SequenceStatus>();

  constructor(private readonly world: World) {}

  /** One of them does something. */
  act(life: Life, mayMeddle: boolean): void {
    const { random } = this.world;
    const unanswered = this.unanswered(life);
    if (unanswered.length > 0 && random.next() < 0.5) return this.try(life, pick(random, unanswered)!);
    const chance = random.next();
    if (chance < 0.5 || !mayMeddle) return this.try(life, this.newCall());
    if (chance < 0.55) return this.repeat(life);
    life.begin("operator", () => this.operate(life));
  }

  /** Whoever has a key calls again as long as there is no answer. */
  finish(life: Life): void {
    for (const call of this.unanswered(life)) this.try(life, call);
  }

  /** Somebody calls, and goes on until there is an answer. */
  call(life: Life, sequence: string, emails: string[], scheduledAt?: Instant): Call {
    const number = this.calls.length + 1;
    const rest = { scheduledAt, dryRun: false, bodies: [], refusals: [], triedIn: 0 };
    const call: Call = { number, key: `key-${number}`, sequence, emails, ...rest };
    this.calls.push(call);
    this.try(life, call);
    return call;
  }

  /** Somebody has no answer yet, and will not let go. */
  get areWaiting(): boolean {
    return this.calls.some(isUnanswered);
  }

  /** All sequences go on. */
  async unpause(): Promise<void> {
    this.statuses.clear();
    await this.world.store.sequences.publish(organization, publishedProject(), this.world.time.now());
  }

  private unanswered(life: Life): Call[] {
    return this.calls.filter((call) => isUnanswered(call) && call.triedIn !== life.number);
  }

  private newCall(): Call {
    const { random, time } = this.world;
    const number = this.calls.length + 1;
    const call: Call = {
      number,
      key: random.next() < 0.8 ? `key-${number}` : null,
      sequence: pick(random, project)!.key,
      emails: Array.from({ length: random.between(1, 4) }, () => pick(random, everybody)!),
      scheduledAt: random.next() < 0.2 ? time.now() + random.between(0, 20 * minute) : undefined,
      dryRun: random.next() < 0.05,
      bodies: [],
      refusals: [],
      triedIn: 0,
    };
    this.calls.push(call);
    return call;
  }

  /** The same call again although it was answered, or is under way. */
  private repeat(life: Life): void {
    const call = pick(
      this.world.random,
      this.calls.filter(({ key }) => key !== null),
    );
    if (call) this.try(life, call);
  }

  /** One try of a call. */
  try(life: Life, call: Call): void {
    call.triedIn = life.number;
    life.begin(`call ${call.number}`, async () => {
      const tooLate = await this.isCarriedOut(call);
      try {
        const { body } = await life.engine.execute.run(requestOf(call));
        call.bodies.push(body);
      } catch (cause) {
        if (cause instanceof Refusal) call.refusals.push({ code: cause.code, tooLate });
        // Only the same call again tells.
        else if (cause instanceof StoreUnavailable) call.triedIn = 0;
        else throw cause;
      }
    });
  }

  private async isCarriedOut({ number }: Call): Promise<boolean> {
    const { items } = await this.world.store.sendings.list(organization, {}, all, 0);
    return items.some(({ context }) => context.call === number);
  }

  private async operate(life: Life): Promise<unknown> {
    const { random, store, time } = this.world;
    const { intervene } = life.engine;
    const sending = pick(random, (await store.sendings.list(organization, {}, all, time.now())).items);
    switch (random.between(1, 10)) {
      case 1:
      case 2:
      case 8:
      case 9:
        return this.decide(life);
      case 3:
        return sending && intervene.cancelSending(organization, sending.id);
      case 4:
        return sending && random.next() < 0.3 && intervene.cancelExecution(organization, sending.executionId);
      case 5:
      case 6:
        return intervene.resumeChannel(pick(random, ["email", "second"])!);
      case 7:
        return sending && store.contacts.optOut(organization, sending.contactId, time.now());
      default:
        this.statuses.set(pick(random, project)!.key, random.next() < 0.5 ? "paused" : "active");
        return store.sequences.publish(organization, publishedProject(this.statuses), time.now());
    }
  }

  /** Somebody looks at what waits for a person. */
  private async decide(life: Life): Promise<Sending | undefined> {
    const { random, store, time } = this.world;
    const status = random.next() < 0.7 ? "held" : "failed";
    const waiting = pick(random, (await store.sendings.list(organization, { status }, all, time.now())).items);
    const { intervene } = life.engine;
    return (
      waiting && (random.next() < 0.6 ? intervene.retry : intervene.skip).call(intervene, organization, waiting.id)
    );
  }
}

export const all = { page: 1, limit: 10_000 };

/** One of `items`, or `undefined` when there is none. */
export function pick<T>(random: Random, items: readonly T[]): T | undefined {
  return items[random.between(0, items.length - 1)];
}

/** One with a key: without it there is nothing that could be done. */
export function isUnanswered({ key, bodies, refusals }: Call): boolean {
  return key !== null && bodies.length + refusals.length === 0;
}

function requestOf({ number, key, sequence, emails, scheduledAt, dryRun }: Call): ExecuteCall {
  return {
    organization,
    sequence,
    contacts: emails.map((email) => ({ email })),
    context: { call: number },
    scheduledAt,
    dryRun,
    source: "api",
    idempotency: key === null ? undefined : { key, fingerprint: () => String(number) },
  };
}

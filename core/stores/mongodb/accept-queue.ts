import type { Accepted, AcceptPlan } from "../../contracts/accept.js";
import { StoreUnavailable } from "../../contracts/errors.js";
import { accept, acceptAll } from "./accept.js";
import type { Addresses } from "./addresses.js";
import type { Database } from "./database.js";
import { idOf } from "./documents.js";
import { storeError } from "./errors.js";
import { answerId } from "./standing.js";

interface Waiting {
  plan: AcceptPlan;
  /** What it would meet another plan in: its people and its key. */
  names: readonly string[];
  resolve: (accepted: Accepted) => void;
  reject: (cause: unknown) => void;
}

/** How many people one transaction may take: beyond it, a larger one is no faster. */
const people = 400;
/** Transactions side by side: while one waits for its commit, another one writes. */
const abreast = 2;

/**
 * Accepts plans with group commit: those that wait at the same moment share a transaction. Plans that name the same person, or have the
 * same key, come one after the other. If a shared one fails, each of its plans is tried alone.
 */
export function acceptQueue(database: Database, addresses: Addresses): (plan: AcceptPlan) => Promise<Accepted> {
  let waiting: Waiting[] = [];
  const busy = new Set<string>();
  let running = 0;
  let isCalled = false;

  /** Not at once: others may come in the same turn. */
  function startSoon(): void {
    if (isCalled || running >= abreast) return;
    isCalled = true;
    setImmediate(start);
  }

  function start(): void {
    isCalled = false;
    while (running < abreast) {
      const batch = take();
      if (batch.length === 0) return;
      running += 1;
      void run(batch).finally(() => {
        running -= 1;
        for (const { names } of batch) for (const name of names) busy.delete(name);
        startSoon();
      });
    }
  }

  /** The plans of one organization, in the order in which they came, that meet none that came before. */
  function take(): Waiting[] {
    const batch: Waiting[] = [];
    const later: Waiting[] = [];
    const blocked = new Set(busy);
    let room = people;
    for (const one of waiting) {
      const { plan, names } = one;
      const isAlike = batch[0] === undefined || batch[0].plan.execution.organization === plan.execution.organization;
      const fits =
        isAlike && (batch.length === 0 || plan.people.length <= room) && !names.some((name) => blocked.has(name));
      (fits ? batch : later).push(one);
      if (fits) room -= plan.people.length;
      for (const name of names) blocked.add(name);
    }
    waiting = later;
    for (const { names } of batch) for (const name of names) busy.add(name);
    return batch;
  }

  async function run(batch: readonly Waiting[]): Promise<void> {
    const [first, ...others] = batch;
    if (!first) return;
    const plans = batch.map(({ plan }) => plan);
    const { organization } = first.plan.execution;
    try {
      const accepted = await database.transaction((session) =>
        acceptAll(database, addresses, organization, plans, session),
      );
      batch.forEach(({ resolve }, index) => resolve(accepted[index] as Accepted));
    } catch (cause) {
      if (others.length === 0 || storeError(cause) instanceof StoreUnavailable) {
        for (const { reject } of batch) reject(cause);
      } else for (const one of batch) await alone(one);
    }
  }

  async function alone({ plan, resolve, reject }: Waiting): Promise<void> {
    try {
      resolve(await database.transaction((session) => accept(database, addresses, plan, session)));
    } catch (cause) {
      reject(cause);
    }
  }

  return (plan) =>
    new Promise((resolve, reject) => {
      waiting.push({ plan, names: namesOf(plan), resolve, reject });
      startSoon();
    });
}

function namesOf(plan: AcceptPlan): string[] {
  const { organization } = plan.execution;
  const key = answerId(plan);
  return [...plan.people.map(({ email }) => idOf(organization, email, "")), ...(key === undefined ? [] : [key])];
}

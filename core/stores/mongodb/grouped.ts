import { StoreUnavailable } from "../../contracts/errors.js";
import type { Duration } from "../../contracts/model.js";
import { storeError } from "./errors.js";

interface Waiting<Item, Answer> {
  item: Item;
  names: readonly string[];
  resolve(answer: Answer): void;
  reject(cause: unknown): void;
}

export interface Grouping<Item> {
  /** Items of one write; with `weigh`: their weight, but for one that is heavier by itself. */
  most: number;
  weigh?: (item: Item) => number;
  /** Writes side by side: while one waits for its answer, another one can be made. */
  abreast?: number;
  /** Items with a name in common are written one after another, as they came. */
  namesOf?: (item: Item) => readonly string[];
  /** Only items of the same kind share a write. */
  kindOf?: (item: Item) => string;
  /** Calls of the same turn share a write, too: the first of them waits for the others. */
  together?: boolean;
  /**
   * Those who were answered together come back together: after a write of several items the next one waits for as many, for so long at
   * most. Where nobody has company everybody is written at once.
   */
  gather?: Duration;
}

/**
 * Writes the items of calls that come while a write is under way together with the next one. `write` answers for each item, in their order.
 * When it throws for anything but a database that is away, each item is tried again alone: what is wrong with one is told to its caller only.
 */
export function grouped<Item, Answer>(
  {
    most,
    weigh = () => 1,
    abreast = 1,
    namesOf = () => [],
    kindOf = () => "",
    together = false,
    gather = 0,
  }: Grouping<Item>,
  write: (items: readonly Item[]) => Promise<readonly Answer[]>,
): (item: Item) => Promise<Answer> {
  let waiting: Waiting<Item, Answer>[] = [];
  const busy = new Set<string>();
  let running = 0;
  let isCalled = false;
  /** So many are awaited, until then. */
  let awaited = { count: 0, until: -Infinity };
  let timer: NodeJS.Timeout | undefined;

  function startSoon(): void {
    if (!together) return start();
    if (isCalled || running >= abreast) return;
    isCalled = true;
    setImmediate(start);
  }

  function start(): void {
    isCalled = false;
    clearTimeout(timer);
    const patience = waiting.length > 0 && waiting.length < awaited.count ? awaited.until - performance.now() : 0;
    if (patience > 0) {
      timer = setTimeout(start, patience);
      return;
    }
    while (running < abreast) {
      const group = take();
      if (group.length === 0) return;
      void run(group);
    }
  }

  /** Those that came first, and have no name in common with what is under way or came before them. */
  function take(): Waiting<Item, Answer>[] {
    const group: Waiting<Item, Answer>[] = [];
    const blocked = new Set(busy);
    let room = most;
    let kind: string | undefined;
    waiting = waiting.filter((one) => {
      const weight = weigh(one.item);
      const isAlike = kind === undefined || (weight <= room && kindOf(one.item) === kind);
      const fits = isAlike && !one.names.some((name) => blocked.has(name));
      if (fits) {
        group.push(one);
        kind = kindOf(one.item);
        room -= weight;
      }
      for (const name of one.names) blocked.add(name);
      return !fits;
    });
    return group;
  }

  async function run(group: readonly Waiting<Item, Answer>[]): Promise<void> {
    running += 1;
    for (const { names } of group) for (const name of names) busy.add(name);
    await carry(group);
    for (const { names } of group) for (const name of names) busy.delete(name);
    running -= 1;
    awaited = { count: group.length > 1 ? group.length : 0, until: performance.now() + gather };
    start();
  }

  async function carry(group: readonly Waiting<Item, Answer>[]): Promise<void> {
    try {
      const answers = await write(group.map(({ item }) => item));
      for (const [index, { resolve }] of group.entries()) resolve(answers[index] as Answer);
    } catch (cause) {
      const isAway = storeError(cause) instanceof StoreUnavailable;
      if (isAway || group.length === 1) for (const { reject } of group) reject(cause);
      else await Promise.all(group.map((one) => carry([one])));
    }
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, names: namesOf(item), resolve, reject });
      startSoon();
    });
}

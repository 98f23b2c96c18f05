import { StoreUnavailable } from "../../contracts/errors.js";
import { storeError } from "./errors.js";

interface Waiting<Item, Answer> {
  item: Item;
  resolve(answer: Answer): void;
  reject(cause: unknown): void;
}

/**
 * Writes the items of calls that come while a write is under way together with the next one, at most so many at a time. `write` answers for
 * each item, in their order. When it throws for anything but a database that is away, each item is tried again alone: what is wrong with
 * one is told to its caller only.
 */
export function grouped<Item, Answer>(
  most: number,
  write: (items: readonly Item[]) => Promise<readonly Answer[]>,
): (item: Item) => Promise<Answer> {
  const waiting: Waiting<Item, Answer>[] = [];
  let isWriting = false;

  async function writeAll(): Promise<void> {
    isWriting = true;
    while (waiting.length > 0) await together(waiting.splice(0, most));
    isWriting = false;
  }

  async function together(group: readonly Waiting<Item, Answer>[]): Promise<void> {
    try {
      const answers = await write(group.map(({ item }) => item));
      for (const [index, { resolve }] of group.entries()) resolve(answers[index] as Answer);
    } catch (cause) {
      const isAway = storeError(cause) instanceof StoreUnavailable;
      if (isAway || group.length === 1) for (const { reject } of group) reject(cause);
      else await Promise.all(group.map((one) => together([one])));
    }
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (!isWriting) void writeAll();
    });
}

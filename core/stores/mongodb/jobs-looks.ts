interface Waiter<T> {
  resolve(answer: T | undefined): void;
  reject(cause: unknown): void;
}

/**
 * One look at a time for each name, for as many as wait for one by then. Its answers go to those who came first; the others are told
 * `undefined`, as it began after they came. Looks side by side would all look at the same first job.
 */
export function looksInTurn<A extends unknown[], T>(
  look: (count: number, name: string, ...rest: A) => Promise<readonly T[]>,
): (name: string, ...rest: A) => Promise<T | undefined> {
  const waiting = new Map<string, Waiter<T>[]>();

  async function work(name: string, rest: A, line: Waiter<T>[]): Promise<void> {
    while (line.length > 0) {
      const lot = line.splice(0);
      try {
        const answers = await look(lot.length, name, ...rest);
        for (const [place, waiter] of lot.entries()) waiter.resolve(answers[place]);
      } catch (cause) {
        for (const waiter of lot) waiter.reject(cause);
      }
    }
    waiting.delete(name);
  }

  return (name, ...rest) =>
    new Promise((resolve, reject) => {
      const waiter = { resolve, reject };
      const line = waiting.get(name);
      if (line) line.push(waiter);
      else {
        const begun = [waiter];
        waiting.set(name, begun);
        void work(name, rest, begun);
      }
    });
}

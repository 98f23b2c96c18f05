/** Decides what becomes of a call: may do something before and after `effect`, or leave it out. `point` is as `store.attempts.settle`. */
export type Around = (point: string, effect: () => Promise<unknown>) => Promise<unknown>;

/** The same thing, but `around` is asked about each call of its methods, and of those of the objects in it. */
export function around<T extends object>(target: T, name: string, ask: Around): T {
  const entries = Object.entries(target).map(([key, value]: [string, unknown]) => {
    const point = `${name}.${key}`;
    if (typeof value === "object" && value !== null) return [key, around(value, point, ask)];
    if (typeof value !== "function") return [key, value];
    const method = value as (...args: unknown[]) => Promise<unknown>;
    return [key, (...args: unknown[]) => ask(point, () => method(...args))];
  });
  return Object.fromEntries(entries) as T;
}

/**
 * Resolves when each of `works` has ended, and rejects then with what the first one failed with. `Promise.all` rejects while the others
 * go on: a job would be over before its calls, and nobody would wait for them.
 */
export async function allEnded(works: readonly Promise<unknown>[]): Promise<void> {
  await Promise.allSettled(works);
  await Promise.all(works);
}

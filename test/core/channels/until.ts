/** Resolves when `condition` holds; looks every few milliseconds, and gives up after 5 seconds. */
export async function until(condition: () => boolean): Promise<void> {
  const giveUp = Date.now() + 5000;
  while (!condition()) {
    if (Date.now() > giveUp) throw new Error(`This never came true: ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 3));
  }
}

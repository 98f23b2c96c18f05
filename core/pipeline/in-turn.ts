/** Lets work about one thing go on one after another, in the order in which it is given; all else goes on side by side. */
export class InTurn {
  private readonly last = new Map<string, Promise<void>>();

  /** `null`: about nothing that anything else is about. Settles as the work does. */
  async run<T>(about: string | null, work: () => Promise<T>): Promise<T> {
    if (about === null) return work();
    const done = (this.last.get(about) ?? Promise.resolve()).then(work);
    const over = done.then(
      () => undefined,
      () => undefined,
    );
    this.last.set(about, over);
    try {
      return await done;
    } finally {
      if (this.last.get(about) === over) this.last.delete(about);
    }
  }
}

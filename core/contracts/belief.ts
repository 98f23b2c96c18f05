import type { Duration, Instant } from "./model.js";

/** What was learned lately, by key, so that it need not be asked for again at once. Nothing is believed longer than `lasting`, whatever the clock does. */
export class Belief<T> {
  private readonly learned = new Map<string, { value: T; at: Instant }>();
  private readonly asking = new Map<string, Promise<T | undefined>>();

  constructor(
    private readonly lasting: Duration,
    /** Of more than so many keys all is forgotten. */
    private readonly most = 1_000,
  ) {}

  get(key: string, now: Instant): T | undefined {
    const known = this.learned.get(key);
    return known && now >= known.at && now < known.at + this.lasting ? known.value : undefined;
  }

  /** What is believed, else what `ask` answers: once for all who want to know meanwhile. That there is nothing is not believed. */
  async learn(key: string, now: Instant, ask: () => Promise<T | undefined>): Promise<T | undefined> {
    const known = this.get(key, now) ?? this.asking.get(key);
    if (known !== undefined) return known;
    const answer = ask();
    this.asking.set(key, answer);
    try {
      const value = await answer;
      if (value !== undefined) this.set(key, value, now);
      return value;
    } finally {
      this.asking.delete(key);
    }
  }

  set(key: string, value: T, now: Instant): void {
    if (this.learned.size >= this.most) this.learned.clear();
    this.learned.set(key, { value, at: now });
  }

  delete(key: string): void {
    this.learned.delete(key);
  }
}

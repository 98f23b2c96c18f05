/** The places in flight of one channel, shared by all executions, first come first served. */
export class Lane {
  private free: number;
  private readonly queue: { want: number; grant: (slots: number) => void }[] = [];

  constructor(capacity: number) {
    this.free = capacity;
  }

  /** Waits for at least one place and answers how many were taken, at most `want`. */
  take(want: number): Promise<number> {
    return new Promise((grant) => {
      this.queue.push({ want, grant });
      this.serve();
    });
  }

  give(slots: number): void {
    this.free += slots;
    this.serve();
  }

  private serve(): void {
    while (this.free > 0) {
      const first = this.queue.shift();
      if (!first) return;
      const slots = Math.min(this.free, first.want);
      this.free -= slots;
      first.grant(slots);
    }
  }
}

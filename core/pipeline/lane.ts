/** The places in flight of one channel, shared by all executions, first come first served. */
export class Lane {
  private free: number;
  /** As many places as one caller may wait for. */
  private readonly lot: number;
  private readonly queue: { want: number; grant: (slots: number) => void }[] = [];

  constructor(capacity: number) {
    this.free = capacity;
    this.lot = Math.max(1, Math.floor(capacity / 4));
  }

  /**
   * Waits for places and answers how many were taken, at most `want`. Who wants many gets a quarter of all or more, even if it takes a
   * moment longer: what is sent together is written together, and rows of one execution lie side by side.
   */
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
    for (let first = this.queue[0]; first && this.free >= Math.min(first.want, this.lot); first = this.queue[0]) {
      const slots = Math.min(this.free, first.want);
      this.free -= slots;
      this.queue.shift();
      first.grant(slots);
    }
  }
}

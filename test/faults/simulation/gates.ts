/** Somebody who may not go on before the simulator says so. `point` names the place. */
export interface Gate {
  point: string;
  go(): void;
  fail(cause: Error): void;
}

/** Where everything that one process does waits for its turn. */
export class Gates {
  readonly waiting: Gate[] = [];
  private state: "guarded" | "open" | "gone" = "guarded";

  /** Resolves when it is this one's turn; never, when the process is gone. */
  pass(point: string): Promise<void> {
    if (this.state === "open") return Promise.resolve();
    return new Promise((go, fail) => {
      if (this.state === "guarded") this.waiting.push({ point, go, fail });
    });
  }

  /** Takes out the one at `index`: it is its turn. */
  next(index: number): Gate | undefined {
    return this.waiting.splice(index, 1)[0];
  }

  /** From now on nobody waits. */
  open(): void {
    this.state = "open";
    for (const { go } of this.waiting.splice(0)) go();
  }

  /** From now on nobody goes on: the process is dead. */
  abandon(): void {
    this.state = "gone";
    this.waiting.splice(0);
  }
}

import type { Child } from "./child.js";
import type { Measured } from "./process.js";

/** Several processes of one cluster as one: CPU is that of all together, memory that of the largest. */
export class Fleet implements Measured {
  constructor(private readonly children: readonly Child[]) {}

  cpu(): number {
    return this.children.reduce((sum, child) => sum + child.cpu(), 0);
  }

  peakMemory(): number {
    return Math.max(...this.children.map((child) => child.peakMemory()));
  }

  async rest(): Promise<void> {
    for (const child of this.children) await child.rest();
  }

  /** Rejects when one of them dies. */
  outlive<T>(work: Promise<T>): Promise<T> {
    return this.children.reduce((outlived, child) => child.outlive(outlived), work);
  }

  async stop(): Promise<void> {
    await Promise.all(this.children.map((child) => child.stop()));
  }

  async kill(): Promise<void> {
    await Promise.all(this.children.map((child) => child.kill()));
  }
}

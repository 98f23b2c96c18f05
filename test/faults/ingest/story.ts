/** A message of a platform. It is always sent as the same bytes. */
export interface Delivery {
  source: string;
  /** As the inbox knows it. */
  id: string;
  headers: Record<string, string>;
  body: string;
  /** Milliseconds from the beginning of its story to the first try. */
  after: number;
  /** Whether the platform goes on until it is answered 2xx; if not, it tries once. */
  insists: boolean;
}

/** One way through a sequence that somebody is on when all is done. */
export interface Run {
  sequence: string;
  /**
   * `waits`: its steps so far were sent, and it waits for a far day. `over`: its order or booking is, and it may never have begun.
   * `passed`: it has ended at a wait for a time that had passed. `whole`: all was sent.
   */
  ends: "waits" | "over" | "passed" | "whole";
  /** Its messages, in their order; of one that is `over` those that may have been sent. */
  steps: readonly string[];
  /** When one that `waits` goes on, if that is known. */
  dueAt?: number;
}

/** What happens to one person, and how it has to end, in whatever order and how often it is told. */
export interface Story {
  email: string;
  deliveries: Delivery[];
  runs: Run[];
}

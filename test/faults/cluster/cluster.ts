import { setTimeout as pause } from "node:timers/promises";
import { Caller } from "../caller.js";
import { judge, type Verdict } from "../oracle.js";
import { until } from "../pulse.js";
import { Random } from "../random.js";
import { readClusterLedger } from "./ledger.js";
import type { ClusterNode } from "./node.js";
import { rest } from "./rest.js";
import { Site } from "./site.js";

/** Seconds; the shortest that the configuration allows, so that a round is quick. */
export const lease = 5;
/** Between two calls of a caller. */
const breath = 200;
/** With as many sendings open nobody calls: what a fault makes people wait shall not be lost in what the machine does. */
const crowd = 300;
const countEvery = 250;
/** So long a caller waits for an answer before it asks the other node. */
const patience = 10_000;
/** Without a miss for so long, callers notice nothing any more. */
const calm = 1_500;
const calmWithin = 60_000;
const servedWithin = 180_000;
/** So long after the last fault everybody has been written to. */
const restWithin = 30_000;

export interface ClusterOptions {
  seed: number;
  /** Names of nodes that reach the database by proxies of their own. */
  apart?: readonly string[];
}

export interface ClusterReport extends Verdict {
  calls: number;
  contacts: number;
  messages: number;
  /** Why calls ended uncertain, and how often. */
  doubts: Record<string, number>;
  /** Tries that were answered 503, and all that were not answered otherwise. */
  putOff: number;
  missed: number;
  /** Milliseconds from the first try of a call to its answer, at most. */
  slowestCall: number;
  slowestReady: number;
  /** Processes that ended by themselves, and starts that failed. */
  falls: number;
  failedStarts: number;
  /** Milliseconds from the last fault until all was done. */
  restTook: number;
}

const plans = [
  { name: "api-1", role: "api" },
  { name: "api-2", role: "api" },
  { name: "worker-1", role: "worker" },
  { name: "worker-2", role: "worker" },
] as const;

/** Two nodes that listen and two that work, with four callers who do not let go; a suite does something bad to some of it. */
export class Cluster {
  readonly callers: readonly Caller[];
  readonly violations: string[] = [];
  private readonly calling: Promise<unknown>;
  private open = 0;
  /** Nobody calls any more. */
  isOver = false;

  private constructor(
    readonly site: Site,
    readonly random: Random,
    private readonly key: string,
  ) {
    this.callers = [0, 1, 2, 3].map((number) => this.caller(number));
    this.calling = Promise.all(this.callers.map((caller) => caller.run()));
    // Told by `verdict`; until then nobody goes on calling.
    this.calling.catch(() => this.stopCalling());
    void this.count();
  }

  /** Runs `play` on a cluster that is over afterwards, and asks the oracle. */
  static report<T>(
    { seed, apart = [] }: ClusterOptions,
    play: (cluster: Cluster) => Promise<T>,
  ): Promise<T & ClusterReport> {
    return Site.with({ members: 3, lease }, async (site) => {
      const key = await site.key();
      await Promise.all(plans.map((plan) => (apart.includes(plan.name) ? site.putApart(plan) : site.put(plan))));
      const cluster = new Cluster(site, new Random(seed), key);
      try {
        const figures = await play(cluster);
        return { ...figures, ...(await cluster.verdict()) };
      } finally {
        cluster.stopCalling();
        for (const caller of cluster.callers) caller.leave();
      }
    });
  }

  get nodes(): readonly ClusterNode[] {
    return this.site.nodes;
  }

  get workers(): readonly ClusterNode[] {
    return this.nodes.filter(({ role }) => role === "worker");
  }

  /** Notes what should not have been, unless `holds`. */
  expect(holds: boolean, sentence: string): void {
    if (!holds) this.violations.push(sentence);
  }

  /**
   * Resolves when every caller was answered after what happened at `from`, and for a while no call was answered by neither node. Answers
   * the milliseconds from then to the last one that was not.
   */
  async calm(from: number): Promise<number> {
    const mended = performance.now();
    for (;;) {
      const lastMiss = Math.max(from, ...this.callers.map(({ missedAgain }) => missedAgain));
      const now = performance.now();
      const isAnswered = this.callers.every(({ answeredAt }) => answeredAt > mended);
      if (isAnswered && now - lastMiss > calm) return lastMiss - from;
      if (this.isOver || now - mended > calmWithin) return now - from;
      await pause(50);
    }
  }

  /** How many milliseconds it takes until all who are due now have come to an end. */
  async untilServed(): Promise<number> {
    const { books } = this.site;
    const from = performance.now();
    const due = await books.due();
    await until(async () => (await books.open(due)) === 0, servedWithin);
    return performance.now() - from;
  }

  stopCalling(): void {
    this.isOver = true;
    for (const caller of this.callers) caller.stop();
  }

  /** Each begins with its own node, and goes to the other one at each miss. */
  private caller(number: number): Caller {
    const urls = this.nodes.filter(({ role }) => role !== "worker").map(({ url }) => url);
    const url = (tries: number): string => urls[(number + tries) % urls.length] ?? "";
    const chance = new Random(this.random.between(1, 2 ** 30));
    return new Caller(url, this.key, chance, `c${number + 1}`, () => this.breathe(), patience);
  }

  private async breathe(): Promise<void> {
    do await pause(breath);
    while (this.open > crowd && !this.isOver);
  }

  /** Counts what is open, as long as somebody calls. */
  private async count(): Promise<void> {
    for (; !this.isOver; await pause(countEvery)) {
      this.open = await this.site.books.count("sendings", { state: "open" }).catch(() => this.open);
    }
  }

  /** Lets everybody finish, ends the nodes in order, and compares the witnesses. */
  private async verdict(): Promise<ClusterReport> {
    this.stopCalling();
    const from = performance.now();
    await this.calling;
    await rest(
      this.nodes.filter(({ role }) => role !== "worker"),
      this.key,
    );
    const restTook = performance.now() - from;
    this.expect(restTook <= restWithin, `the rest took ${restTook} ms`);
    for (const node of this.nodes) {
      await node.ready();
      const { code } = await node.stop();
      this.expect(code === 0, `the last stop of ${node.name} ended with ${code}`);
    }
    const { site, callers, nodes } = this;
    for (const { name, code, log } of nodes.flatMap(({ falls }) => falls))
      this.expect(log.includes("work on without this one"), `${name} ended by itself with ${code}: ${log.slice(-600)}`);
    for (const words of nodes.flatMap(({ failedStarts }) => failedStarts))
      this.expect(!words.includes("\n    at "), `a start failed without a sentence: ${words.slice(-600)}`);
    const answered = callers.flatMap((caller) => caller.answered);
    const journal = site.provider.journal();
    const ledger = await readClusterLedger(site.database);
    const { violations, ...verdict } = judge({ answered, journal, ledger });
    const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
    return {
      ...verdict,
      ...{ calls: answered.length, contacts: ledger.contacts.size, messages: journal.length },
      doubts: ledger.doubts,
      putOff: sum(callers.map(({ putOff }) => putOff)),
      missed: sum(callers.map(({ missed }) => missed)),
      slowestCall: Math.max(...callers.map(({ slowest }) => slowest)),
      slowestReady: Math.max(...nodes.map(({ slowestReady }) => slowestReady)),
      falls: sum(nodes.map(({ falls }) => falls.length)),
      failedStarts: sum(nodes.map(({ failedStarts }) => failedStarts.length)),
      restTook,
      violations: [...this.violations, ...violations],
    };
  }
}

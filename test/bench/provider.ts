import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";

const main = resolve("dist/test/bench/provider-main.js");

/** What has arrived since `begin`. Times are of the clock in clock.ts. */
export interface Tally {
  mails: number;
  /** Mails that were not the next step of their sending. */
  wrong: number;
  /** Bytes of bodies. */
  bytes: number;
  lastAt: number;
  /** When the first mail to each address arrived. */
  firstAt: Record<string, number>;
}

export type Ask = { kind: "begin" } | { kind: "tally" } | { kind: "until"; mails: number };

/** A fast SendGrid in a process of its own. It checks that each sending gets its three steps, once each and in order. */
export class Provider {
  private expected: number | undefined;

  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
  ) {}

  static async start(): Promise<Provider> {
    const child = fork(main);
    const [url] = (await once(child, "message")) as [string];
    return new Provider(child, url);
  }

  /** Counts anew. Rejects when more has arrived than was waited for. */
  async begin(): Promise<void> {
    await this.nothingMore();
    await this.ask({ kind: "begin" });
  }

  /** Resolves when so many mails have arrived. Rejects when none has come for half a minute, or one came wrong. */
  async until(mails: number): Promise<Tally> {
    const tally = right(await this.ask({ kind: "until", mails }));
    if (tally.mails < mails)
      throw new Error(`Only ${tally.mails} of ${mails} mails arrived, and then none for a while`);
    this.expected = mails;
    return tally;
  }

  /** What has arrived by now. Rejects when something came wrong. */
  async tally(): Promise<Tally> {
    return right(await this.ask({ kind: "tally" }));
  }

  /** Rejects when more has arrived than was waited for. */
  async stop(): Promise<void> {
    try {
      await this.nothingMore();
    } finally {
      const ended = once(this.child, "exit");
      this.child.kill("SIGKILL");
      await ended;
    }
  }

  private async nothingMore(): Promise<void> {
    if (this.expected === undefined) return;
    const { mails } = await this.ask({ kind: "tally" });
    if (mails !== this.expected) throw new Error(`${this.expected} mails were to be sent, and ${mails} arrived`);
    this.expected = undefined;
  }

  private async ask(what: Ask): Promise<Tally> {
    const answer = once(this.child, "message");
    this.child.send(what);
    const [tally] = (await answer) as [Tally];
    return tally;
  }
}

function right(tally: Tally): Tally {
  if (tally.wrong > 0)
    throw new Error(`${tally.wrong} of ${tally.mails} mails were not the next step of their sending`);
  return tally;
}

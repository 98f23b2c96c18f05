import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Caller } from "./caller.js";
import { readLedger } from "./ledger.js";
import { judge, type Verdict } from "./oracle.js";
import { startProvider, type Provider } from "./provider.js";
import { Random } from "./random.js";
import { done } from "./rest.js";
import { ServerProcess } from "./server.js";
import { makeWorkspace, type Workspace } from "./workspace.js";

/** Between two calls of a caller: so many that the provider is always busy, so few that it is not busy for long afterwards. */
const breath = 100;

/** What every report on a siege tells. */
export interface SiegeReport extends Verdict {
  calls: number;
  contacts: number;
  messages: number;
  /** Answers 503. */
  putOff: number;
}

/** The real program with four callers who do not let go, and a provider; a suite does something bad to it meanwhile. */
export class Siege {
  readonly callers: readonly Caller[];
  readonly violations: string[] = [];
  private calling: Promise<unknown>;

  private constructor(
    private readonly folder: string,
    readonly random: Random,
    readonly provider: Provider,
    readonly workspace: Workspace,
    public server: ServerProcess,
  ) {
    const between = (): Promise<void> => pause(breath);
    this.callers = [1, 2, 3, 4].map(
      (number) =>
        new Caller(() => this.server.url, workspace.key, new Random(random.between(1, 2 ** 30)), `c${number}`, between),
    );
    this.calling = Promise.all(this.callers.map((caller) => caller.run()));
    // Told by `verdict`; until then nobody goes on calling.
    this.calling.catch(() => this.stopCalling());
  }

  /** `place` is where the workspace with its database is made. */
  static async lay(seed: number, place = tmpdir()): Promise<Siege> {
    const folder = await mkdtemp(join(tmpdir(), "furrow-siege-"));
    const provider = await startProvider(join(folder, "journal"));
    const workspace = await makeWorkspace(provider.url, place);
    const server = await ServerProcess.start(workspace.config);
    return new Siege(folder, new Random(seed), provider, workspace, server);
  }

  /** Runs `play` on a siege that is over afterwards, and asks the oracle. */
  static async report<T>(
    { seed, place }: { seed: number; place?: string },
    play: (siege: Siege) => Promise<T>,
  ): Promise<T & SiegeReport> {
    const siege = await Siege.lay(seed, place);
    try {
      const figures = await play(siege);
      return { ...figures, ...(await siege.verdict()) };
    } finally {
      await siege.end();
    }
  }

  /** A new process on the same database, once the old one has ended. */
  async restart(): Promise<void> {
    this.server = await ServerProcess.start(this.workspace.config);
  }

  /** Notes what should not have been, unless `holds`. */
  expect(holds: boolean, sentence: string): void {
    if (!holds) this.violations.push(sentence);
  }

  get answered(): number {
    return this.callers.reduce((sum, { answered }) => sum + answered.length, 0);
  }

  get putOff(): number {
    return this.callers.reduce((sum, { putOff }) => sum + putOff, 0);
  }

  stopCalling(): void {
    for (const caller of this.callers) caller.stop();
  }

  /** Lets everybody finish, ends the server in order, and compares the witnesses. */
  private async verdict(): Promise<SiegeReport> {
    this.stopCalling();
    await this.calling;
    await done(this.server.url, this.workspace.key);
    const code = await this.server.stop();
    this.expect(code === 0, `the last stop ended with ${code}`);
    const answered = this.callers.flatMap((caller) => caller.answered);
    const journal = this.provider.journal();
    const ledger = readLedger(this.workspace.database);
    const { violations, ...verdict } = judge({ answered, journal, ledger });
    const [calls, contacts, messages] = [answered.length, ledger.contacts.size, journal.length];
    return {
      ...verdict,
      calls,
      contacts,
      messages,
      putOff: this.putOff,
      violations: [...this.violations, ...violations],
    };
  }

  async end(): Promise<void> {
    for (const caller of this.callers) caller.leave();
    await this.server.end();
    await this.provider.stop();
    await this.workspace.remove();
    await rm(this.folder, { recursive: true });
  }
}

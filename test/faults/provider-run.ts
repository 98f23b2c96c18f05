import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Caller, type AnsweredCall } from "./caller.js";
import { startProvider, type Provider } from "./provider.js";
import { until } from "./pulse.js";
import { Random } from "./random.js";
import { openSendings } from "./rest.js";
import { ServerProcess } from "./server.js";
import { makeWorkspace, type Workspace } from "./workspace.js";

const callSize = 10;
const restWithin = 300_000;

/** The real program before a provider whose weather changes. */
export class ProviderRun {
  readonly answered: AnsweredCall[] = [];
  readonly violations: string[] = [];

  private constructor(
    readonly random: Random,
    readonly provider: Provider,
    readonly workspace: Workspace,
    public server: ServerProcess,
  ) {}

  /** Runs `play`, and leaves nothing behind. */
  static async play<T>(seed: number, play: (run: ProviderRun) => Promise<T>): Promise<T> {
    const folder = await mkdtemp(join(tmpdir(), "furrow-provider-"));
    const provider = await startProvider(join(folder, "journal"));
    const workspace = await makeWorkspace(provider.url, folder, "1s");
    const server = await ServerProcess.start(workspace.config);
    const run = new ProviderRun(new Random(seed), provider, workspace, server);
    try {
      return await play(run);
    } finally {
      await run.server.end();
      await provider.stop();
      await rm(folder, { recursive: true });
    }
  }

  expect(holds: boolean, sentence: string): void {
    if (!holds) this.violations.push(sentence);
  }

  /** Execute calls for so many people, whose addresses begin with `name`. */
  async call(name: string, people: number): Promise<void> {
    const seed = this.random.between(1, 2 ** 30);
    const caller = new Caller(() => this.server.url, this.workspace.key, new Random(seed), name);
    for (let left = people; left > 0; left -= callSize) await caller.call(Math.min(left, callSize));
    this.answered.push(...caller.answered);
  }

  /** Waits until nothing is left to be carried out; the oracle tells what is, if this gives up. */
  async rest(): Promise<void> {
    await until(async () => (await openSendings(this.server.url, this.workspace.key)) === 0, restWithin);
  }

  /** How often this process said that the circuit opened, and that it closed. */
  get turns(): { opened: number; closed: number } {
    const said = (words: string): number => this.server.log.split(`the channel's circuit is ${words}:`).length - 1;
    return { opened: said("open"), closed: said("closed") };
  }

  /** Ends the process in order, and starts another on the same database, which looks for its provider at `url`. */
  async moveTo(url: string): Promise<void> {
    this.expect((await this.server.stop()) === 0, "a stop did not end in order");
    const { config } = this.workspace;
    const text = await readFile(config, "utf8");
    await writeFile(config, text.replace(/baseUrl: "[^"]*"/, `baseUrl: "${url}"`));
    this.server = await ServerProcess.start(config);
  }
}

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { MongoClient, MongoServerError } from "mongodb";
import { Member } from "./member.js";

const settlesWithin = 60_000;
/** `ExceededTimeLimit`: nobody who could take its place has all that the primary has. */
const noHeir = 262;

/** A replica set of real mongods on loopback, each in a process and a folder of its own. */
export class ReplicaSet {
  private constructor(
    private readonly folder: string,
    readonly members: readonly Member[],
  ) {}

  /** Starts as many members as said, and resolves when they have a primary. */
  static async start(size = 1): Promise<ReplicaSet> {
    const folder = mkdtempSync(join(tmpdir(), "furrow-mongod-"));
    const members: Member[] = [];
    try {
      for (let number = 0; number < size; number++) members.push(await Member.start(join(folder, String(number))));
      const set = new ReplicaSet(folder, members);
      await set.initiate();
      return set;
    } catch (cause) {
      await Promise.all(members.map((member) => member.end()));
      rmSync(folder, { recursive: true });
      throw cause;
    }
  }

  /** What `mongodb.url` of a configuration is. */
  get url(): string {
    return `mongodb://${this.members.map(({ address }) => address).join(",")}/?replicaSet=furrow`;
  }

  /** The member that takes writes now. Waits for an election. */
  async primary(): Promise<Member> {
    const until = performance.now() + settlesWithin;
    while (performance.now() < until) {
      for (const member of this.members) if (await this.isPrimary(member)) return member;
      await pause(50);
    }
    throw new Error("The replica set has no primary");
  }

  /** Whether this member takes writes now. */
  async isPrimary(member: Member): Promise<boolean> {
    try {
      const { isWritablePrimary } = await asked(member, { hello: 1 });
      return isWritablePrimary === true;
    } catch {
      return false;
    }
  }

  /** Makes the primary give its place to another member, as soon as one of them has caught up with it. */
  async stepDown(): Promise<void> {
    const until = performance.now() + settlesWithin;
    for (;;) {
      try {
        await asked(await this.primary(), { replSetStepDown: 10, secondaryCatchUpPeriodSecs: 5 });
        return;
      } catch (cause) {
        const hasNoHeir = cause instanceof MongoServerError && cause.code === noHeir;
        if (!hasNoHeir || performance.now() > until) throw cause;
      }
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.members.map((member) => member.end()));
    rmSync(this.folder, { recursive: true });
  }

  private async initiate(): Promise<void> {
    const [first] = this.members;
    if (!first) throw new Error("A replica set has members");
    const members = this.members.map(({ address }, _id) => ({ _id, host: address }));
    // With the usual ten seconds a test of a fail-over would wait for nothing else.
    const settings = { electionTimeoutMillis: 2_000, heartbeatIntervalMillis: 500 };
    await asked(first, { replSetInitiate: { _id: "furrow", members, settings } });
    await this.primary();
  }
}

async function asked(member: Member, command: object): Promise<Record<string, unknown>> {
  const client = new MongoClient(`mongodb://${member.address}/?directConnection=true`, {
    serverSelectionTimeoutMS: 2_000,
    connectTimeoutMS: 2_000,
    socketTimeoutMS: 10_000,
  });
  try {
    return await client.db("admin").command(command);
  } finally {
    await client.close();
  }
}

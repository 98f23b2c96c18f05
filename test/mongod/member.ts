import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { connect, createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

const answersWithin = 60_000;

/** One mongod of a replica set: a process of its own that can be ended and started again on the data it had. */
export class Member {
  private child: ChildProcess | undefined;
  private printed = "";

  private constructor(
    private readonly folder: string,
    readonly port: number,
    private readonly isAlone: boolean,
  ) {}

  /** `host:port` */
  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** `isAlone`: as a server of its own, which is in no replica set. */
  static async start(folder: string, { isAlone = false } = {}): Promise<Member> {
    mkdirSync(join(folder, "data"), { recursive: true });
    const member = new Member(folder, await freePort(), isAlone);
    await member.start();
    return member;
  }

  /** Starts it (again) and waits until it takes connections. */
  async start(): Promise<void> {
    const { port, folder, isAlone } = this;
    const child = spawn(
      "mongod",
      [
        ...(isAlone ? [] : ["--replSet", "furrow"]),
        ...["--bind_ip", "127.0.0.1", "--port", String(port), "--dbpath", join(folder, "data")],
        ...["--nounixsocket", "--wiredTigerCacheSizeGB", "0.5", "--oplogSize", "256", "--quiet"],
        // What it keeps of itself for its makers costs a tenth of a core.
        ...["--setParameter", "diagnosticDataCollectionEnabled=false"],
      ],
      { stdio: ["ignore", "pipe", "pipe"] },
    );
    this.child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => (this.printed = (this.printed + chunk.toString()).slice(-4_000)));
    }
    const failed = new Promise<never>((_, reject) => {
      child.once("error", (cause) => reject(new Error("mongod does not start", { cause })));
      child.once("exit", (code) => reject(new Error(`mongod ended with ${code}:\n${this.printed}`)));
    });
    failed.catch(() => undefined);
    await Promise.race([failed, this.answers()]);
  }

  /** Of the process that runs now. */
  get pid(): number {
    const pid = this.child?.pid;
    if (pid === undefined) throw new Error("This mongod does not run");
    return pid;
  }

  signal(name: NodeJS.Signals): void {
    this.child?.kill(name);
  }

  /** Ends it, and resolves when it has ended. SIGKILL: as a power cut would. */
  async end(name: NodeJS.Signals = "SIGKILL"): Promise<void> {
    const child = this.child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    // One that was stopped hears nothing else.
    child.kill("SIGCONT");
    child.kill(name);
    await ended;
  }

  private async answers(): Promise<void> {
    const until = performance.now() + answersWithin;
    while (!(await this.takesConnections())) {
      if (performance.now() > until) throw new Error(`mongod does not answer:\n${this.printed}`);
      await pause(50);
    }
  }

  private async takesConnections(): Promise<boolean> {
    const socket = connect(this.port, "127.0.0.1");
    try {
      await once(socket, "connect");
      return true;
    } catch {
      return false;
    } finally {
      socket.destroy();
    }
  }
}

/** A port of loopback that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

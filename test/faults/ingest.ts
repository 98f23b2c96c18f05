import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { booking } from "./ingest/bookings.js";
import { openWork, readBooks } from "./ingest/books.js";
import { lead } from "./ingest/leads.js";
import { judgeIngest, type IngestVerdict } from "./ingest/oracle.js";
import { order } from "./ingest/orders.js";
import { Platform } from "./ingest/platform.js";
import { installSources } from "./ingest/project.js";
import { Sender } from "./ingest/sender.js";
import { readLedger } from "./ledger.js";
import { startProvider } from "./provider.js";
import { Random } from "./random.js";
import { ServerProcess } from "./server.js";
import { makeWorkspace } from "./workspace.js";

/** How long a server lives before it is killed, in milliseconds after it is ready. */
const life = { shortest: 20, longest: 400 };
/** A process that is killed before it is ready, in milliseconds after its start. */
const unborn = { shortest: 50, longest: 300, probability: 0.1 };
/** Between two stories of a platform, on average. */
const apart = { orders: 60, bookings: 2_500, leads: 100 };
/** So long without progress, and what is left is left. */
const stuckAfter = 70_000;
/** Who is ready has in hand by then what is due; less than until a sweep finds what nothing else has found. */
const overdue = 20_000;

export interface IngestReport extends IngestVerdict {
  kills: number;
  /** Of them before the process was ready. */
  unborn: number;
  stories: number;
  deliveries: number;
  /** Requests, redeliveries and duplicates included. */
  tries: number;
  events: number;
  sendings: number;
  messages: number;
  /** How the platform that is asked has answered. */
  platform: Platform["answers"];
  /** Milliseconds of the slowest answer, and answers 503. */
  slowestAnswer: number;
  putOff: number;
  /** Milliseconds from start to ready, the slowest. */
  slowestReady: number;
  /** How much was left at the last ready, and the milliseconds until all was settled. */
  restHad: number;
  restTook: number;
}

/** Kills the real process `kills` times while platforms send it their webhooks, lets it finish, and asks the oracle. */
export async function ingest({ kills, seed }: { kills: number; seed: number }): Promise<IngestReport> {
  const folder = await mkdtemp(join(tmpdir(), "furrow-ingest-"));
  const random = new Random(seed);
  const provider = await startProvider(join(folder, "journal"));
  const platform = await Platform.start(random.between(1, 2 ** 30));
  // A little slowness, so that kills fall into calls as well.
  await provider.behave({ seed, rules: [{ do: { do: "answer", status: 202, afterMs: 5 }, probability: 0.3 }] });
  const workspace = await makeWorkspace(provider.url);
  await installSources(workspace, platform.url);
  const { config, database } = workspace;
  let server = await ServerProcess.start(config);
  const sender = (tell: ConstructorParameters<typeof Sender>[2], every: number): Sender =>
    new Sender(() => server.url, new Random(random.between(1, 2 ** 30)), tell, every);
  const senders = [
    sender(order, apart.orders),
    sender(booking.bind(null, platform), apart.bookings),
    sender(lead, apart.leads),
  ];
  const sending = Promise.all(senders.map((one) => one.run()));
  sending.catch(() => senders.forEach((one) => one.leave()));
  let [slowestReady, early] = [0, 0];
  try {
    for (let kill = 0; kill < kills; kill++) {
      await pause(random.between(life.shortest, life.longest));
      await server.kill();
      while (random.next() < unborn.probability) {
        await ServerProcess.killEarly(config, random.between(unborn.shortest, unborn.longest));
        early++;
      }
      server = await ServerProcess.start(config);
      slowestReady = Math.max(slowestReady, server.readyAfter);
    }
    for (const one of senders) one.stop();
    const readyAt = performance.now();
    const restHad = openWork(database, overdue).open;
    await sending;
    const forgotten = await settled(database, readyAt);
    const restTook = performance.now() - readyAt;
    const code = await server.stop();
    const [stories, sent] = [senders.flatMap((one) => one.stories), senders.flatMap((one) => one.sent)];
    const journal = provider.journal();
    const [ledger, books] = [readLedger(database), readBooks(database)];
    const verdict = judgeIngest({ stories, sent, journal, ledger, books });
    if (forgotten > 0) verdict.violations.push(`${forgotten} were due, and nobody had them in hand`);
    if (code !== 0) verdict.violations.push(`the last stop ended with ${code}`);
    return {
      kills: kills + early,
      unborn: early,
      stories: stories.length,
      deliveries: sent.length,
      tries: sent.reduce((sum, { tries }) => sum + tries, 0),
      events: books.events.length,
      sendings: ledger.sendings.length,
      messages: journal.length,
      platform: platform.answers,
      slowestAnswer: Math.max(...senders.map(({ slowest }) => slowest)),
      putOff: senders.reduce((sum, { putOff }) => sum + putOff, 0),
      slowestReady,
      restHad,
      restTook,
      ...verdict,
    };
  } finally {
    for (const one of senders) one.leave();
    await server.end();
    await provider.stop();
    platform.stop();
    await workspace.remove();
    await rm(folder, { recursive: true });
  }
}

/**
 * Resolves when nothing is left that is due soon, or when there is no progress: the oracle then tells what is left. Answers how much of
 * it a process that has long been ready had not taken in hand, at worst.
 */
async function settled(database: string, readyAt: number): Promise<number> {
  let [least, most] = [Infinity, 0];
  for (let until = Infinity; performance.now() < until; await pause(50)) {
    const { open, forgotten } = openWork(database, overdue);
    if (performance.now() - readyAt > overdue) most = Math.max(most, forgotten);
    if (open === 0) break;
    if (open < least) [least, until] = [open, performance.now() + stuckAfter];
  }
  return most;
}

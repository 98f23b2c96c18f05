import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import BetterSqlite from "better-sqlite3";
import { Child } from "../child.js";
import { now } from "../clock.js";
import { percentile, under, type Figures } from "../figures.js";
import type { Scale } from "../options.js";
import { perSecond, type Watch } from "../phases.js";
import type { Provider } from "../provider.js";
import { secret, Shop, type Answers } from "../shop.js";
import { makeWorkspace, type Workspace } from "../workspace.js";

const parallel = 16;
const pacedPerSecond = 200;
const warmUp = 300;
/** Beyond it there is no hope that the rest of the events is made into sendings. */
const patience = 120_000;

/** Signed orders at the door of the real program, each of a person of its own: how fast they are taken, and made into sendings. */
export async function ingest(
  scale: Scale,
  provider: Provider,
  { node = [], onPhase = () => undefined }: Watch = {},
): Promise<Figures> {
  const workspace = await makeWorkspace(provider.url);
  await installShop(workspace);
  const child = await workspace.serve(node);
  const shop = new Shop(child.url, parallel);
  const figures: Figures = {};
  let told = 0;
  const made = async (count: number): Promise<number> => {
    const at = await child.outlive(sendingsMade(workspace.database, (told += count)));
    await child.rest();
    return at;
  };
  const phase = async (name: string, count: number, measure: () => Promise<Figures>): Promise<void> => {
    const from = now();
    Object.assign(figures, under(name, await measure()));
    onPhase({ name, from, to: now(), count, of: "event" });
  };
  try {
    await shop.flood(warmUp);
    await made(warmUp);
    await phase("flood", scale.orders, async () => {
      const cpuBefore = child.cpu();
      const answers = await shop.flood(scale.orders);
      const madeAt = await made(scale.orders);
      const sendings = perSecond(scale.orders, madeAt - answers.from);
      return { ...accepted(answers), sendings, cpu: (child.cpu() - cpuBefore) / scale.orders };
    });
    await phase("paced", pacedPerSecond * scale.seconds, async () => {
      const { took } = await shop.pace(pacedPerSecond, scale.seconds);
      await made(took.length);
      return answered(took);
    });
    figures.memory = child.peakMemory();
    await shop.close();
    await child.stop();
    return under("ingest", figures);
  } finally {
    await child.kill();
    await workspace.remove();
  }
}

/** The same orders at the door of a program that keeps them and does no more. */
export async function hooksFloor(scale: Scale): Promise<Figures> {
  const folder = await mkdtemp(join(tmpdir(), "furrow-floor-"));
  const script = resolve("dist/test/bench/floors/hooks-main.js");
  const child = await Child.start(script, [join(folder, "floor.db")], { folder });
  const shop = new Shop(child.url, parallel);
  try {
    await shop.flood(warmUp);
    await child.rest();
    const cpuBefore = child.cpu();
    const answers = await shop.flood(scale.orders);
    await child.rest();
    const flood = { ...accepted(answers), cpu: (child.cpu() - cpuBefore) / scale.orders };
    const paced = answered((await shop.pace(pacedPerSecond, scale.seconds)).took);
    await shop.close();
    return under("hooks", { ...under("flood", flood), ...under("paced", paced) });
  } finally {
    await child.kill();
    await rm(folder, { recursive: true });
  }
}

function accepted({ took, from, answeredAt }: Answers): Figures {
  return { accept: perSecond(took.length, answeredAt - from), ...answered(took) };
}

function answered(took: readonly number[]): Figures {
  return { p50: percentile(took, 50), p99: percentile(took, 99) };
}

/** What an order starts waits: mails are measured elsewhere. */
async function installShop({ folder }: Workspace): Promise<void> {
  const project = join(folder, "project");
  await mkdir(join(project, "sources"));
  await writeFile(
    join(project, "sources", "shop.yaml"),
    `use: orders
options:
  connector: shopify
  secrets: ["${secret}"]
  on: [ { event: order.paid, execute: thanks, context: { number: "order.number" } } ]
`,
  );
  await writeFile(
    join(project, "sequences", "thanks.yaml"),
    `name: Thanks
purpose: transactional
steps:
  - { id: later, wait: 1d }
  - { id: thanks, email: { subject: "Order {{ context.number }}", text: "Thank you, {{ contact.firstName }}" } }
`,
  );
}

/** When every event is settled, each with a sending. */
async function sendingsMade(file: string, count: number): Promise<number> {
  const database = new BetterSqlite(file, { readonly: true });
  try {
    const waiting = database.prepare("SELECT count(*) FROM inbox WHERE due_at IS NOT NULL").pluck();
    const until = now() + patience;
    while (waiting.get() !== 0 && now() < until) await pause(10);
    const at = now();
    const made = database.prepare("SELECT count(*) FROM sendings").pluck().get();
    if (made !== count) throw new Error(`${count} orders were told, and ${String(made)} sendings made of them`);
    return at;
  } finally {
    database.close();
  }
}

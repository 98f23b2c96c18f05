/** The process behind provider.ts: `POST /v3/mail/send` over HTTP, what it is asked over the channel to its parent. */
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { now } from "./clock.js";
import type { Ask, Tally } from "./provider.js";
import { steps } from "./workspace.js";

/** As much of a mail as is looked at. */
interface Mail {
  personalizations: [{ to: [{ email: string }]; custom_args: { x_sending_id: string; x_step_id: string } }];
}

let { counts, reached, firstAt } = fresh();
let awaited = Infinity;
/** Whoever waits for mails that do not come is told how many came. */
const patience = 30_000;

const server = createServer({ keepAliveTimeout: 600_000 }, (request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => take(Buffer.concat(chunks), response));
});
server.listen(0, "127.0.0.1", () => process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));

process.on("message", (ask: Ask) => {
  if (ask.kind === "begin") ({ counts, reached, firstAt } = fresh());
  if (ask.kind === "until" && counts.mails < ask.mails) awaited = ask.mails;
  else tell();
});
process.on("disconnect", () => process.exit());
setInterval(() => {
  if (awaited < Infinity && now() - Math.max(counts.lastAt, counts.begunAt) > patience) tell();
}, 1_000);

function fresh() {
  return {
    counts: { mails: 0, wrong: 0, bytes: 0, lastAt: 0, begunAt: now() },
    /** How many steps each sending has had. */
    reached: new Map<string, number>(),
    firstAt: new Map<string, number>(),
  };
}

function take(body: Buffer, response: ServerResponse): void {
  const at = now();
  const { personalizations } = JSON.parse(body.toString()) as Mail;
  const [{ to, custom_args: of }] = personalizations;
  const before = reached.get(of.x_sending_id) ?? 0;
  reached.set(of.x_sending_id, before + 1);
  if (steps[before] !== of.x_step_id) counts.wrong += 1;
  if (before === 0) firstAt.set(to[0].email, at);
  counts.mails += 1;
  counts.bytes += body.length;
  counts.lastAt = at;
  response.writeHead(202, { "x-message-id": `${of.x_sending_id}-${before}`, "content-length": 0 }).end();
  if (counts.mails >= awaited) tell();
}

function tell(): void {
  awaited = Infinity;
  const tally: Tally = { ...counts, firstAt: Object.fromEntries(firstAt) };
  process.send?.(tally);
}

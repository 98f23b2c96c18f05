import { Pool } from "undici";
import { systemIds } from "../../../core/system/ids.js";
import { now } from "../clock.js";
import { under, type Figures } from "../figures.js";
import { perSecond } from "../phases.js";
import type { Provider } from "../provider.js";
import { steps } from "../workspace.js";
import { mailBody } from "./mail-body.js";

const connections = 16;

/** Mails a second that a program gets to the provider which does nothing else. */
export async function bareClient(provider: Provider, sendings: number): Promise<Figures> {
  const pool = new Pool(provider.url, { connections, pipelining: 1 });
  await round(pool, provider, Math.ceil(sendings / 4));
  const figures = await round(pool, provider, sendings);
  await pool.close();
  return under("undici", figures);
}

async function round(pool: Pool, provider: Provider, sendings: number): Promise<Figures> {
  await provider.begin();
  const from = now();
  let left = sendings;
  const sender = async (): Promise<void> => {
    while (left-- > 0) await send(pool, systemIds.next());
  };
  await Promise.all(Array.from({ length: connections }, sender));
  const { mails, bytes, lastAt } = await provider.until(sendings * steps.length);
  return { mails: perSecond(mails, lastAt - from), bytes: bytes / mails };
}

async function send(pool: Pool, id: string): Promise<void> {
  for (const step of steps) await post(pool, mailBody(id, step, `${id}@bench.example`));
}

/** Hands one mail to the provider. */
export async function post(pool: Pool, body: string): Promise<void> {
  const headers = { authorization: "Bearer SG.bench", "content-type": "application/json" };
  const answer = await pool.request({ path: "/v3/mail/send", method: "POST", headers, body });
  await answer.body.dump();
  if (answer.statusCode !== 202) throw new Error(`The provider answered ${answer.statusCode}`);
}

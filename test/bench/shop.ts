import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { Pool } from "undici";
import { now } from "./clock.js";

export const secret = "shpss_of_the_bench";

/** A webhook as Shopify sends it, signed. */
interface Delivery {
  headers: Record<string, string>;
  body: string;
}

/** How it was answered: in milliseconds each, and when the first was sent and the last answered, by the clock in clock.ts. */
export interface Answers {
  took: number[];
  from: number;
  answeredAt: number;
}

/** A shop that tells of paid orders over kept-alive connections, each order with an id and a customer that nobody has had before. */
export class Shop {
  private readonly pool: Pool;
  private orders = 0;

  constructor(
    url: string,
    private readonly parallel: number,
  ) {
    this.pool = new Pool(url, { connections: parallel, pipelining: 1 });
  }

  /** So many orders as fast as they are taken, `parallel` at once. */
  async flood(count: number): Promise<Answers> {
    const deliveries = this.news(count);
    const took: number[] = [];
    const from = now();
    const sender = async (): Promise<void> => {
      for (let next = deliveries.pop(); next; next = deliveries.pop()) took.push(await this.tell(next));
    };
    await Promise.all(Array.from({ length: this.parallel }, sender));
    return { took, from, answeredAt: now() };
  }

  /** `perSecond` orders a second for so many seconds, whether those before are answered or not. */
  async pace(perSecond: number, seconds: number): Promise<Answers> {
    const deliveries = this.news(perSecond * seconds);
    const from = now();
    const answers: Promise<number>[] = [];
    for (const [index, delivery] of deliveries.entries()) {
      const early = from + (1_000 * index) / perSecond - now();
      if (early > 0) await pause(early);
      answers.push(this.tell(delivery));
    }
    return { took: await Promise.all(answers), from, answeredAt: now() };
  }

  close(): Promise<void> {
    return this.pool.close();
  }

  /** The milliseconds until it was answered. */
  private async tell({ headers, body }: Delivery): Promise<number> {
    const from = now();
    const answer = await this.pool.request({ path: "/webhooks/shop", method: "POST", headers, body });
    const text = await answer.body.text();
    if (answer.statusCode !== 200) throw new Error(`An order was answered ${answer.statusCode}: ${text}`);
    return now() - from;
  }

  private news(count: number): Delivery[] {
    const at = new Date().toISOString();
    return Array.from({ length: count }, () => this.order(at));
  }

  private order(at: string): Delivery {
    const number = ++this.orders;
    const body = recorded
      .replaceAll(recordedId, String(7_000_000_000_000 + number))
      .replaceAll("mara.lindqvist@", `mara.lindqvist-${number}@`)
      .replace(/"updated_at":"[^"]+"/, `"updated_at":"${at}"`);
    const headers = {
      "content-type": "application/json",
      "x-shopify-topic": "orders/paid",
      "x-shopify-shop-domain": "bench.myshopify.com",
      "x-shopify-api-version": "2026-07",
      "x-shopify-event-id": `event-${number}`,
      "x-shopify-webhook-id": `webhook-${number}`,
      "x-shopify-triggered-at": at,
      "x-shopify-hmac-sha256": createHmac("sha256", secret).update(body).digest("base64"),
    };
    return { headers, body };
  }
}

/** As it comes over the wire, without the white space of the file. */
const recorded = JSON.stringify(JSON.parse(readFileSync("test/fixtures/connectors/shopify-orders-paid.json", "utf8")));
const recordedId = "6120448835730";

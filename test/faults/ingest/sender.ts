import { setTimeout as pause } from "node:timers/promises";
import type { Random } from "../random.js";
import type { Delivery, Story } from "./story.js";

/** As long as the most impatient platform waits for an answer. */
const patience = 5_000;
/** Between two tries: the first, and at most. */
const wait = { first: 40, most: 1_500 };
/** While so many are under way no other story begins. */
const mostUnderWay = 80;

/** What a platform knows of one delivery. */
export interface Sent {
  delivery: Delivery;
  tries: number;
  /** How often it was answered 200. */
  answered: number;
}

/** A platform that begins one story after another, and sends each delivery as platforms do: until it is answered, and sometimes again. */
export class Sender {
  readonly stories: Story[] = [];
  readonly sent: Sent[] = [];
  /** Milliseconds that the slowest answer took. */
  slowest = 0;
  /** How often it was told to try again later. */
  putOff = 0;
  private readonly over = new AbortController();
  private readonly underWay = new Set<Promise<void>>();
  private gone = false;

  constructor(
    private readonly url: () => string,
    private readonly random: Random,
    private readonly tell: (number: number, random: Random) => Story,
    /** Milliseconds between the beginnings of two stories, on average. */
    private readonly apart: number,
  ) {}

  /** Begins stories until `stop`, and resolves when all are told. Rejects at an answer that no fault explains. */
  async run(): Promise<void> {
    const { signal } = this.over;
    while (!signal.aborted) {
      await pause(this.random.between(0, 2 * this.apart), undefined, { signal }).catch(() => undefined);
      if (this.underWay.size >= mostUnderWay) continue;
      const story = this.tell(this.stories.length + 1, this.random);
      this.stories.push(story);
      for (const delivery of story.deliveries) this.begin(delivery);
    }
    while (this.underWay.size > 0) await Promise.all(this.underWay);
  }

  stop(): void {
    this.over.abort();
  }

  /** Gives up what is under way as well: nobody will answer it. */
  leave(): void {
    this.stop();
    this.gone = true;
  }

  private begin(delivery: Delivery): void {
    const sent = { delivery, tries: 0, answered: 0 };
    this.sent.push(sent);
    // Now and then two at once, or again although it was answered.
    this.send(sent, delivery.after);
    if (this.random.next() < 0.05) this.send(sent, delivery.after);
    if (this.random.next() < 0.1) this.send(sent, delivery.after + this.random.between(50, 1_500));
  }

  private send(sent: Sent, after: number): void {
    const sending = this.insist(sent, after).finally(() => this.underWay.delete(sending));
    this.underWay.add(sending);
    // Whoever waits for all of them hears of it.
    sending.catch(() => this.leave());
  }

  private async insist(sent: Sent, after: number): Promise<void> {
    await pause(after);
    for (let delay = wait.first; !this.gone; delay = Math.min(2 * delay, wait.most)) {
      if ((await this.post(sent)) || !sent.delivery.insists) return;
      await pause(delay * (0.5 + this.random.next()));
    }
  }

  /** Whether it was taken. */
  private async post(sent: Sent): Promise<boolean> {
    const { source, headers, body } = sent.delivery;
    const from = performance.now();
    let answer: Response;
    let text: string;
    sent.tries++;
    try {
      const signal = AbortSignal.timeout(patience);
      answer = await fetch(`${this.url()}/webhooks/${source}`, { method: "POST", headers, body, signal });
      text = await answer.text();
    } catch {
      return false;
    }
    this.slowest = Math.max(this.slowest, performance.now() - from);
    if (answer.status === 503 && answer.headers.has("retry-after")) {
      this.putOff++;
      return false;
    }
    if (answer.status !== 200) throw new Error(`${sent.delivery.id} was answered ${answer.status}: ${text}`);
    sent.answered++;
    return true;
  }
}

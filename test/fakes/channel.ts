import type { Channel, Message, Outcome } from "../../core/contracts/channel.js";

/** A channel that answers as it is told and remembers what it was handed. */
export class FakeChannel implements Channel {
  readonly use = "fake";
  readonly timeout = 10_000;
  readonly messages: Message[] = [];
  inFlight = 0;
  mostInFlight = 0;

  constructor(
    public answer: (message: Message, signal: AbortSignal) => Outcome | Promise<Outcome> = accepted,
    readonly concurrency = 16,
  ) {}

  async send(message: Message, signal: AbortSignal): Promise<Outcome> {
    this.messages.push(message);
    this.mostInFlight = Math.max(this.mostInFlight, ++this.inFlight);
    try {
      return await this.answer(message, signal);
    } finally {
      this.inFlight--;
    }
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** Takes every message; the provider's id is made of the attempt's. */
export function accepted({ attemptId }: Message): Outcome {
  return { status: "accepted", providerId: `p-${attemptId}` };
}

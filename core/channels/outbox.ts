import type { Channel, Message, Outcome } from "../contracts/channel.js";
import type { Clock, Ids } from "../contracts/clock.js";
import { StoreUnavailable } from "../contracts/errors.js";
import type { Log } from "../contracts/log.js";
import type { Duration, OutboxMessage } from "../contracts/model.js";
import type { Store } from "../contracts/store.js";
import { formatAddress } from "./address.js";
import { cutAfter } from "./cut.js";
import { unsafe } from "./unsafe.js";

export interface OutboxOptions {
  store: Pick<Store, "outbox">;
  clock: Clock;
  ids: Ids;
  log: Log;
  /** The channel's name in the configuration: what captured messages say they went through. */
  name: string;
  timeout?: Duration | undefined;
}

/** Captures messages into the store instead of sending them; the `providerId` is the captured message's id. */
export function outboxChannel({ store, clock, ids, log, name, timeout = 10_000 }: OutboxOptions): Channel {
  async function capture(message: Message): Promise<Outcome> {
    const captured = capturedFrom(message, { id: ids.next(), at: clock.now(), channel: name });
    try {
      await store.outbox.capture(captured);
      return { status: "accepted", providerId: captured.id };
    } catch (cause) {
      if (cause instanceof StoreUnavailable) return { status: "deferred", reason: "The store is not available" };
      log.error({ channel: name, attemptId: message.attemptId, error: cause as Error }, "the outbox failed");
      return { status: "uncertain", reason: "The outbox failed in a way that it does not describe" };
    }
  }

  return {
    use: "outbox",
    // They share the store's group commit: many in flight cost no more than one.
    concurrency: 100,
    timeout,
    async send(message, signal) {
      const problem = unsafe(message);
      if (problem) return { status: "rejected", reason: problem };
      if (signal.aborted) return { status: "deferred", reason: "The call was given up before it began" };
      return new Promise((resolve) => {
        const disarm = cutAfter(clock, timeout, signal, () => {
          resolve({ status: "uncertain", reason: "The store had not answered when the call was cut" });
        });
        void capture(message).then((outcome) => {
          disarm();
          resolve(outcome);
        });
      });
    },
    async close() {},
  };
}

function capturedFrom(message: Message, own: Pick<OutboxMessage, "id" | "at" | "channel">): OutboxMessage {
  return {
    ...own,
    organization: message.organization,
    sendingId: message.sendingId,
    stepId: message.stepId,
    attemptId: message.attemptId,
    to: message.to.email,
    from: message.from ? formatAddress(message.from) : null,
    replyTo: message.replyTo ? formatAddress(message.replyTo) : null,
    subject: message.subject,
    text: message.text,
    html: message.html ?? null,
    headers: { ...message.headers },
  };
}

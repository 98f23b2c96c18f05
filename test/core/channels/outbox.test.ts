import t from "tap";
import { outboxChannel } from "../../../core/channels/outbox.js";
import { StoreUnavailable } from "../../../core/contracts/errors.js";
import type { OutboxMessage } from "../../../core/contracts/model.js";
import { channelSuite, message, type ChannelSubject } from "../../../core/contracts/suites/channel.js";
import { systemClock } from "../../../core/system/clock.js";
import { FakeClock } from "../../fakes/clock.js";
import { FakeIds } from "../../fakes/ids.js";
import { FakeLog } from "../../fakes/log.js";
import { until } from "./until.js";

/** A store's outbox in memory: captures once per attempt. */
function memory() {
  const captured: OutboxMessage[] = [];
  return {
    captured,
    stalled: false,
    failure: undefined as Error | undefined,
    async capture(one: OutboxMessage): Promise<void> {
      if (this.failure) throw this.failure;
      if (!captured.some(({ attemptId }) => attemptId === one.attemptId)) captured.push(one);
      if (this.stalled) await new Promise(() => {});
    },
    list: () => Promise.reject(new Error("a channel does not read")),
  };
}

channelSuite(t.test, async () => {
  const outbox = memory();
  const channel = outboxChannel({
    store: { outbox },
    clock: systemClock,
    ids: new FakeIds(),
    log: new FakeLog(),
    name: "email",
    timeout: 300,
  });
  const subject: ChannelSubject = {
    channel,
    journal: async () => outbox.captured,
    stall: async () => void (outbox.stalled = true),
    arrived: (count) => until(() => outbox.captured.length >= count),
  };
  return { subject, close: () => channel.close() };
});

function open() {
  const outbox = memory();
  const log = new FakeLog();
  const channel = outboxChannel({ store: { outbox }, clock: new FakeClock(), ids: new FakeIds(), log, name: "email" });
  return { outbox, log, channel, signal: new AbortController().signal };
}

void t.test("a message is captured with all that it is", async (t) => {
  const { outbox, channel, signal } = open();
  const outcome = await channel.send(
    {
      ...message("one"),
      from: { email: "desk@example.com", name: "Desk" },
      replyTo: { email: "r@example.com" },
      html: "<p>Hi</p>",
    },
    signal,
  );
  const id = new FakeIds().next();
  t.same(outcome, { status: "accepted", providerId: id });
  t.same(outbox.captured, [
    {
      id,
      organization: "default",
      at: new FakeClock().now(),
      channel: "email",
      sendingId: "sending-one",
      stepId: "hello",
      attemptId: "one",
      to: "ann@example.com",
      from: "Desk <desk@example.com>",
      replyTo: "r@example.com",
      subject: "Hello Ann",
      text: "Hello\nAnn",
      html: "<p>Hi</p>",
      headers: message("one").headers,
    },
  ]);
});

void t.test("a store that is away defers", async (t) => {
  const { outbox, log, channel, signal } = open();
  outbox.failure = new StoreUnavailable("locked");
  t.same(await channel.send(message("one"), signal), { status: "deferred", reason: "The store is not available" });
  t.same(log.lines, []);
});

void t.test("a defect is in doubt, and logged with its cause", async (t) => {
  const { outbox, log, channel, signal } = open();
  outbox.failure = new TypeError("a defect");
  t.match(await channel.send(message("one"), signal), { status: "uncertain" });
  t.match(log.lines, [{ level: "error", fields: { channel: "email", attemptId: "one", error: outbox.failure } }]);
});

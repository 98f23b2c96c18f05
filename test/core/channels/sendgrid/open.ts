import type { Test } from "tap";
import { sendgridChannel, type SendgridOptions } from "../../../../core/channels/sendgrid/sendgrid.js";
import type { Channel, Message, Outcome } from "../../../../core/contracts/channel.js";
import { message } from "../../../../core/contracts/suites/channel.js";
import { systemClock } from "../../../../core/system/clock.js";
import { FakeLog } from "../../../fakes/log.js";
import { startFakeSendgrid, type FakeSendgrid, type FakeSendgridOptions } from "../../../fakes/sendgrid.js";

export const KEY = "SG.secret-key/of+this=test";

export interface Opened {
  channel: Channel;
  log: FakeLog;
  /** Sends one message of the name, changed by `patch`, with nobody giving up on it. */
  send(name: string, patch?: Partial<Message>): Promise<Outcome>;
}

/** A channel to `baseUrl` that is closed with the test. */
export async function openSendgrid(t: Test, baseUrl: string, options: Partial<SendgridOptions> = {}): Promise<Opened> {
  const log = new FakeLog();
  const from = { email: "desk@example.com", name: "Desk" };
  const channel = await sendgridChannel({
    apiKey: KEY,
    from,
    baseUrl,
    clock: systemClock,
    log,
    timeout: 5000,
    ...options,
  });
  t.teardown(() => channel.close());
  const send = (name: string, patch: Partial<Message> = {}): Promise<Outcome> =>
    channel.send({ ...message(name), ...patch }, new AbortController().signal);
  return { channel, log, send };
}

/** A fake SendGrid that is closed with the test. */
export async function openFake(t: Test, options: FakeSendgridOptions = {}): Promise<FakeSendgrid> {
  const fake = await startFakeSendgrid(options);
  t.teardown(() => fake.close());
  return fake;
}

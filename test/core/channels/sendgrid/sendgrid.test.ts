import type { IncomingHttpHeaders } from "node:http";
import t, { type Test } from "tap";
import { sendgridChannel } from "../../../../core/channels/sendgrid/sendgrid.js";
import { channelSuite, type ChannelSubject } from "../../../../core/contracts/suites/channel.js";
import { systemClock } from "../../../../core/system/clock.js";
import { FakeLog } from "../../../fakes/log.js";
import { startFakeSendgrid } from "../../../fakes/sendgrid.js";
import { until } from "../until.js";
import { KEY, openFake, openSendgrid } from "./open.js";

channelSuite(t.test, async () => {
  const fake = await startFakeSendgrid();
  const channel = await sendgridChannel({
    apiKey: KEY,
    from: { email: "desk@example.com" },
    baseUrl: fake.url,
    timeout: 800,
    clock: systemClock,
    log: new FakeLog(),
  });
  const subject: ChannelSubject = {
    channel,
    journal: async () => fake.journal(),
    stall: async () => fake.behave({ rules: [{ do: "hang" }] }),
    arrived: (count) => until(() => fake.journal().length >= count),
  };
  return {
    subject,
    async close() {
      await channel.close();
      await fake.close();
    },
  };
});

/** A fake that keeps the requests it gets. The fake answers 400 to what SendGrid's schema does not allow. */
async function recording(t: Test) {
  const requests: { headers: IncomingHttpHeaders; body: unknown }[] = [];
  const fake = await openFake(t, {
    onRequest: (headers, body) => void requests.push({ headers, body: JSON.parse(body) as unknown }),
  });
  return { fake, requests };
}

void t.test("a message becomes exactly this request", async (t) => {
  const { fake, requests } = await recording(t);
  const { send } = await openSendgrid(t, fake.url, { env: "production", replyTo: { email: "answers@example.com" } });
  t.match(await send("one", { html: "<p>Hello Ann</p>" }), { status: "accepted", providerId: /^[\w-]{22}$/ });
  t.same(requests[0]?.body, {
    from: { email: "desk@example.com", name: "Desk" },
    reply_to: { email: "answers@example.com" },
    subject: "Hello Ann",
    content: [
      { type: "text/plain", value: "Hello\nAnn" },
      { type: "text/html", value: "<p>Hello Ann</p>" },
    ],
    categories: ["welcome"],
    headers: { "List-Unsubscribe": "<https://example.com/u/1>", "X-Sending-Id": "sending-one" },
    personalizations: [
      {
        to: [{ email: "ann@example.com", name: "Ann" }],
        custom_args: { x_sending_id: "sending-one", x_attempt_id: "one", x_step_id: "hello", x_env: "production" },
      },
    ],
  });
  const { host, connection, "content-length": length, ...headers } = requests[0]?.headers ?? {};
  t.same(headers, { authorization: `Bearer ${KEY}`, accept: "application/json", "content-type": "application/json" });
  t.ok(host && connection && length);
});

void t.test("the message's own sender and place for answers win", async (t) => {
  const { fake, requests } = await recording(t);
  const { send } = await openSendgrid(t, fake.url, { replyTo: { email: "answers@example.com" } });
  await send("one", {
    from: { email: "berlin@example.com", name: "" },
    replyTo: { email: "me@example.com", name: "Me" },
  });
  t.match(requests[0]?.body, {
    from: { email: "berlin@example.com" },
    reply_to: { email: "me@example.com", name: "Me" },
  });
});

void t.test("hard to carry contents arrive as they are", async (t) => {
  const { fake, requests } = await recording(t);
  const { send } = await openSendgrid(t, fake.url);
  const text = "{{name}} \u0000 \u2028 'quotes' & \"more\" %00 </script> 🐇";
  t.match(await send("one", { subject: "Ünïcode 🐇 \u202e {{x}} 'q' & \"q\"", text, html: text }), {
    status: "accepted",
  });
  t.match(requests[0]?.body, {
    content: [{ value: text }, { value: text }],
    subject: "Ünïcode 🐇 \u202e {{x}} 'q' & \"q\"",
  });
});

void t.test("an empty text is left out when there is HTML", async (t) => {
  const { fake, requests } = await recording(t);
  const { send } = await openSendgrid(t, fake.url);
  t.match(await send("one", { text: "", html: "<p>Hi</p>" }), { status: "accepted" });
  t.match(requests[0]?.body, { content: [{ type: "text/html" }] });
});

void t.test("a key that SendGrid does not know pauses the channel", async (t) => {
  const { fake } = await recording(t);
  const { send } = await openSendgrid(t, fake.url, { apiKey: "no-key-of-sendgrid" });
  t.same(await send("one"), {
    status: "deferred",
    reason: "SendGrid answered 401: Permission denied, wrong credentials",
    pause: {},
  });
});

void t.test("what the schema does not allow is rejected with the field", async (t) => {
  const { fake } = await recording(t);
  const { send } = await openSendgrid(t, fake.url);
  t.match(await send("one", { subject: "" }), { status: "rejected", reason: /^SendGrid answered 400: subject: / });
});

void t.test("an answer that says that the program is wrong is logged", async (t) => {
  const { fake } = await recording(t);
  const { send, log } = await openSendgrid(t, fake.url);
  fake.behave({ rules: [{ do: "404" }] });
  t.match(await send("one"), { status: "rejected" });
  t.match(log.lines, [{ level: "error", fields: { status: 404, attemptId: "one" } }]);
});

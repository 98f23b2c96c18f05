import { inspect } from "node:util";
import t from "tap";
import { openChannels, type ChannelConfig } from "../../../core/channels/channels.js";
import { message } from "../../../core/contracts/suites/channel.js";
import { systemClock } from "../../../core/system/clock.js";
import { FakeIds } from "../../fakes/ids.js";
import { FakeLog } from "../../fakes/log.js";
import { startFakeSendgrid } from "../../fakes/sendgrid.js";

const outbox = { capture: async () => {}, list: () => Promise.reject(new Error("a channel does not read")) };
const parts = () => ({ store: { outbox }, clock: systemClock, ids: new FakeIds(), log: new FakeLog(), env: "test" });
const sendgrid = { use: "sendgrid", apiKey: "SG.key", from: "Desk <desk@example.com>" } as const;

void t.test("each configured channel is opened under its name", async (t) => {
  const bodies: string[] = [];
  const fake = await startFakeSendgrid({ onRequest: (_, body) => void bodies.push(body) });
  t.teardown(() => fake.close());
  const channels = await openChannels(
    {
      email: { use: "outbox" },
      bulk: { ...sendgrid, replyTo: "Answers <r@example.com>", baseUrl: fake.url, concurrency: 3, timeout: 4000 },
    },
    parts(),
  );
  t.teardown(() => Promise.all([...channels.values()].map((channel) => channel.close())));
  t.same(
    [...channels].map(([name, { use, concurrency, timeout }]) => [name, use, concurrency, timeout]),
    [
      ["email", "outbox", 100, 10_000],
      ["bulk", "sendgrid", 3, 4000],
    ],
  );
  t.match(await channels.get("bulk")?.send(message("one"), new AbortController().signal), { status: "accepted" });
  t.match(JSON.parse(bodies[0] ?? ""), {
    from: { email: "desk@example.com", name: "Desk" },
    reply_to: { email: "r@example.com", name: "Answers" },
    personalizations: [{ custom_args: { x_env: "test" } }],
  });
});

void t.test("a channel that cannot be opened is named, and its key is not", async (t) => {
  const broken: [ChannelConfig, RegExp][] = [
    [{ ...sendgrid, from: "Desk" }, /^The channel "bulk" cannot be opened: "from" is not an address/],
    [{ ...sendgrid, replyTo: "a@" }, /"replyTo" is not an address/],
    [{ ...sendgrid, apiKey: "" }, /"apiKey" is empty/],
    [{ ...sendgrid, apiKey: "SG.key\r\nX-Evil: 1" }, /"apiKey" is empty or holds/],
    [{ ...sendgrid, baseUrl: "nowhere" }, /"baseUrl" is not an origin/],
    [{ ...sendgrid, baseUrl: "https://api.sendgrid.com/v3" }, /"baseUrl" is not an origin/],
    [{ ...sendgrid, baseUrl: "https://me:secret@api.sendgrid.com" }, /"baseUrl" is not an origin/],
    [{ ...sendgrid, baseUrl: "ftp://api.sendgrid.com" }, /"baseUrl" is not an origin/],
    [{ use: "pigeon" } as unknown as ChannelConfig, /There is no kind of channel called "pigeon"/],
  ];
  for (const [bulk, expected] of broken) {
    const error = await openChannels({ email: { use: "outbox" }, bulk }, parts()).catch((error: unknown) => error);
    t.match(error, { message: expected });
    t.notMatch(inspect(error, { depth: 9 }), "SG.key");
  }
});

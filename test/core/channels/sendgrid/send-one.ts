/** `node send-one.js URL KEY`: sends one message, as a program of its own, and prints the outcome as JSON. */
import { sendgridChannel } from "../../../../core/channels/sendgrid/sendgrid.js";
import { message } from "../../../../core/contracts/suites/channel.js";
import { systemClock } from "../../../../core/system/clock.js";
import { FakeLog } from "../../../fakes/log.js";

const [baseUrl = "", apiKey = ""] = process.argv.slice(2);
const from = { email: "desk@example.com" };
const channel = await sendgridChannel({
  apiKey,
  from,
  baseUrl,
  timeout: 10_000,
  clock: systemClock,
  log: new FakeLog(),
});
const quotes = { subject: `"'&`, text: `"'& {{ x }}` };
const outcome = await channel.send({ ...message("one"), ...quotes }, new AbortController().signal);
await channel.close();
process.stdout.write(JSON.stringify(outcome));

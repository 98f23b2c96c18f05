import fc from "fast-check";
import t from "tap";
import { mailBodies } from "../../../../core/channels/sendgrid/mail-bodies.js";
import { mailData } from "../../../../core/channels/sendgrid/mail-data.js";
import { mailServices } from "../../../../core/channels/sendgrid/mail-service.js";
import type { Message } from "../../../../core/contracts/channel.js";

const sender = { from: { email: "desk@example.com", name: "Desk" }, env: "test" };
const newMailService = await mailServices();

/** The body that the library itself makes of every mail. */
async function byLibrary(message: Message): Promise<unknown> {
  let made: unknown;
  const request = async ({ body }: { body: unknown }) => {
    made = body;
    return { failure: "not sent", written: false };
  };
  await newMailService({ request }).send(mailData(message, sender));
  return JSON.parse(JSON.stringify(made));
}

const text = fc.string({ minLength: 1, maxLength: 20, unit: "grapheme" });
const address = fc.record(
  { email: fc.constantFrom("ann@example.com", "ben@example.com"), name: text },
  { requiredKeys: ["email"] },
);
const messages = fc.record(
  {
    organization: fc.constant("acme"),
    sendingId: fc.uuid(),
    attemptId: fc.uuid(),
    stepId: fc.constantFrom("hello", "tips"),
    category: fc.constantFrom("welcome", "bye"),
    to: address,
    from: address,
    replyTo: address,
    subject: text,
    text: fc.oneof(text, fc.constant("")),
    html: text,
    headers: fc.dictionary(fc.constantFrom("X-Sending-Id", "List-Unsubscribe"), text, { maxKeys: 2, minKeys: 1 }),
  },
  {
    requiredKeys: [
      "organization",
      "sendingId",
      "attemptId",
      "stepId",
      "category",
      "to",
      "subject",
      "text",
      "html",
      "headers",
    ],
  },
) as fc.Arbitrary<Message>;

t.test("a body that is filled in is the one that the library would build", async (t) => {
  const bodyOf = mailBodies(newMailService, sender);
  await fc.assert(
    fc.asyncProperty(fc.array(messages, { minLength: 1, maxLength: 20 }), async (mails) => {
      for (const mail of mails) t.strictSame(JSON.parse(await bodyOf(mail)), await byLibrary(mail));
    }),
    { numRuns: 30 },
  );
});

t.test("the library is asked once for mails that are alike", async (t) => {
  let services = 0;
  const bodyOf = mailBodies((client) => {
    services++;
    return newMailService(client);
  }, sender);
  const mail = { ...fc.sample(messages, 1)[0]!, stepId: "hello", text: "Hello" };
  for (let sent = 0; sent < 5; sent++) await bodyOf({ ...mail, sendingId: String(sent), subject: `Hello ${sent}` });
  t.equal(services, 1);
  for (let step = 0; step < 1_001; step++) await bodyOf({ ...mail, stepId: `step-${step}` });
  t.equal(services, 1_002, "what is kept is bounded");
});

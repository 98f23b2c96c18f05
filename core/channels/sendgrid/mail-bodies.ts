import type { Address, Message } from "../../contracts/channel.js";
import { mailData, type Sender } from "./mail-data.js";
import type { MailService, MailClient } from "./mail-service.js";

/** As many steps, in all their languages, as a busy installation has under way. */
const KEPT = 1_000;

/** The JSON of one mail, as far as mails of one step differ. */
interface MailBody {
  subject: string;
  content: { type: string; value: string }[];
  headers: Record<string, string>;
  personalizations: [{ to: [Address]; custom_args: Record<string, string> }];
}

/**
 * Makes the bodies of requests. `@sendgrid/mail` builds and checks the first mail of a step; those after it are alike but for the person
 * and the texts, which are filled in at a tenth of the cost. Rejects when the library refuses the mail; its error may quote it.
 */
export function mailBodies(
  newMailService: (client: MailClient) => MailService,
  sender: Sender,
): (message: Message) => Promise<string> {
  const built = new Map<string, MailBody>();
  return async (message) => {
    const key = likeness(message);
    let body = built.get(key);
    if (!body) {
      body = await build(newMailService, mailData(message, sender));
      if (built.size >= KEPT) built.clear();
      built.set(key, body);
    }
    return JSON.stringify(filled(body, message));
  };
}

/** What mails have in common whose bodies differ in nothing but what `filled` fills in. */
function likeness({ stepId, category, from, replyTo, text, html }: Message): string {
  const parts = [stepId, category, from?.email, from?.name, replyTo?.email, replyTo?.name, text !== "", Boolean(html)];
  return JSON.stringify(parts);
}

async function build(
  newMailService: (client: MailClient) => MailService,
  data: ReturnType<typeof mailData>,
): Promise<MailBody> {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  const service = newMailService({
    request({ body }) {
      resolve(body);
      return Promise.resolve({ failure: "not sent", written: false });
    },
  });
  await service.send(data);
  return (await promise) as MailBody;
}

function filled(body: MailBody, message: Message): MailBody {
  const [personalization] = body.personalizations;
  const { email, name } = message.to;
  return {
    ...body,
    subject: message.subject,
    content: body.content.map(({ type }) => ({
      type,
      value: (type === "text/html" ? message.html : message.text) ?? "",
    })),
    headers: message.headers,
    personalizations: [
      {
        ...personalization,
        to: [name ? { email, name } : { email }],
        custom_args: {
          ...personalization.custom_args,
          x_sending_id: message.sendingId,
          x_attempt_id: message.attemptId,
        },
      },
    ],
  };
}

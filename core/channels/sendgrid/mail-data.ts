import type { MailData } from "@sendgrid/helpers/classes/mail.js";
import type { Address, Message } from "../../contracts/channel.js";

export interface Sender {
  from: Address;
  replyTo?: Address | undefined;
  env?: string | undefined;
}

/**
 * The message as `@sendgrid/mail` takes it: one personalization with one recipient, text before HTML. What comes back in events
 * (`x_…`, `category`) holds ids only: SendGrid keeps it for long and shows it to its staff.
 */
export function mailData(message: Message, { from, replyTo, env }: Sender): MailData {
  const answerTo = message.replyTo ?? replyTo;
  return {
    from: plain(message.from ?? from),
    ...(answerTo && { replyTo: plain(answerTo) }),
    subject: message.subject,
    // SendGrid refuses empty parts.
    ...(message.text && { text: message.text }),
    ...(message.html && { html: message.html }),
    category: message.category,
    headers: { ...message.headers },
    personalizations: [
      {
        to: plain(message.to),
        // Not at the top level: SendGrid's own specification says string there.
        customArgs: {
          x_sending_id: message.sendingId,
          x_attempt_id: message.attemptId,
          x_step_id: message.stepId,
          ...(env !== undefined && { x_env: env }),
        },
      },
    ],
    hideWarnings: true,
  };
}

function plain({ email, name }: Address): { email: string; name?: string } {
  return name ? { email, name } : { email };
}

import type { MailData } from "@sendgrid/helpers/classes/mail.js";
import type { CallEnd } from "./outcome-of-answer.js";

/** What `@sendgrid/mail` asks its HTTP client for. It also copies the mail's headers into `headers`: they are none of HTTP's. */
export interface MailClient {
  request(request: { body: unknown }): Promise<CallEnd>;
}

/** The part of `MailService` that is used, with the answer that our clients give. */
export interface MailService {
  setClient(client: MailClient): unknown;
  send(data: MailData): Promise<CallEnd>;
}

/** Loads `@sendgrid/mail`, whose axios is slow to load, and answers how to make a service that sends through `client`. */
export async function mailServices(): Promise<(client: MailClient) => MailService> {
  const { default: mail } = await import("@sendgrid/mail");
  const { MailService } = mail as unknown as { MailService: new () => MailService };
  return (client) => {
    const service = new MailService();
    service.setClient(client);
    return service;
  };
}

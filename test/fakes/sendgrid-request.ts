import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { Ajv } from "ajv";
import { errorAnswer, type Behaviour } from "./sendgrid-behaviour.js";
import { mailSendSchema } from "./sendgrid-schema.js";

const MAX_BODY_BYTES = 30_000_000;
const isMail = new Ajv({ strict: false }).compile<Mail>(mailSendSchema);

/** A request's body, as far as the fake looks at it; the schema holds for the rest. */
export interface Mail {
  personalizations: [
    { to: [{ email: string }]; custom_args: { x_sending_id: string; x_attempt_id: string; x_step_id: string } },
  ];
  subject: string;
  headers?: Record<string, string>;
}

/** The mail in a request, or what SendGrid would answer to a request that is not as it should be. */
export function readMail(headers: IncomingHttpHeaders, body: Buffer): { mail: Mail } | { refused: Behaviour } {
  if (!headers.authorization?.startsWith("Bearer SG.")) return refused(401, "Permission denied, wrong credentials");
  if (headers.accept === undefined) return refused(406, "missing Accept header");
  if (headers["content-type"] !== "application/json") return refused(400, "Content-Type should be application/json.");
  if (body.length > MAX_BODY_BYTES) return refused(413, "Your email message exceeds our size limits.");
  const mail = json(body);
  if (isMail(mail)) return { mail };
  const [error] = isMail.errors ?? [];
  return refused(400, error?.message ?? "Bad request", error?.instancePath.slice(1).replaceAll("/", "."));
}

/** The whole body, or `undefined` when the client went away before its end. */
export function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  return new Promise((resolve) => {
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.once("end", () => resolve(Buffer.concat(chunks)));
    request.once("close", () => resolve(undefined));
  });
}

function refused(status: number, message: string, field?: string): { refused: Behaviour } {
  return { refused: errorAnswer(status, message, field ?? null) };
}

function json(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return undefined;
  }
}

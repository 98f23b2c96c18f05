import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { act, statusOf } from "./sendgrid-act.js";
import { errorAnswer, performer, type Behaviour, type Script } from "./sendgrid-behaviour.js";
import { openJournal, type JournalEntry } from "./sendgrid-journal.js";
import { bodyOf, readMail, type Mail } from "./sendgrid-request.js";

export interface FakeSendgridOptions {
  /** The journal's file, which stays. Without it the journal goes with the fake. */
  journal?: string | undefined;
  /** 0: any free port. */
  port?: number | undefined;
  /** Sees each request for a mail whose body was read, before it is answered. */
  onRequest?: (headers: IncomingHttpHeaders, body: string) => void;
}

export interface FakeSendgrid {
  /** An origin, for a channel's `baseUrl`. */
  readonly url: string;
  /** From the next request on. `{ rules: [] }`: accept everything. */
  behave(script: Script): void;
  journal(): JournalEntry[];
  close(): Promise<void>;
}

/**
 * A SendGrid on loopback. Takes `POST /v3/mail/send`, refuses what SendGrid would refuse, writes each call to a journal before it answers,
 * and misbehaves as told: in process by `behave`, from elsewhere by `PUT /_behaviour` with a {@link Script} as JSON.
 * `GET /_journal` answers the entries so far. `sendgrid-main.ts` runs it as a process of its own.
 */
export async function startFakeSendgrid(options: FakeSendgridOptions = {}): Promise<FakeSendgrid> {
  const folder = options.journal === undefined ? mkdtempSync(join(tmpdir(), "fake-sendgrid-")) : undefined;
  const journal = openJournal(options.journal ?? join(folder ?? "", "journal"));
  let script = performer({ rules: [] });

  async function takeMail(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { headers } = request;
    const early = script.atHead({ headers });
    if (early) {
      journal.write(entry("head", headers, undefined, early));
      return act(early, request, response);
    }
    const body = await bodyOf(request);
    if (!body) return;
    options.onRequest?.(headers, body.toString("utf8"));
    const read = readMail(headers, body);
    const mail = "mail" in read ? read.mail : undefined;
    const behaviour =
      "mail" in read ? script.atBody({ to: read.mail.personalizations[0].to[0].email, headers }) : read.refused;
    journal.write(entry("body", headers, mail, behaviour));
    act(behaviour, request, response);
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    switch (`${request.method} ${request.url}`) {
      case "POST /v3/mail/send":
        return takeMail(request, response);
      case "PUT /_behaviour":
        script = performer(JSON.parse(String(await bodyOf(request))) as Script);
        response.writeHead(204).end();
        return;
      case "GET /_journal":
        response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(journal.read()));
        return;
      default:
        act(errorAnswer(404, "not found"), request, response);
    }
  }

  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => void serve(request, response));
  server.listen(options.port ?? 0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    behave: (next) => void (script = performer(next)),
    journal: () => journal.read(),
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
      journal.close();
      if (folder !== undefined) rmSync(folder, { recursive: true });
    },
  };
}

function entry(
  phase: JournalEntry["phase"],
  { authorization }: IncomingHttpHeaders,
  mail: Mail | undefined,
  behaviour: Behaviour,
): JournalEntry {
  const [personalization] = mail?.personalizations ?? [];
  return {
    at: Date.now(),
    phase,
    sendingId: personalization?.custom_args.x_sending_id ?? null,
    attemptId: personalization?.custom_args.x_attempt_id ?? null,
    stepId: personalization?.custom_args.x_step_id ?? null,
    to: personalization?.to[0].email ?? null,
    subject: mail?.subject ?? null,
    headers: mail?.headers ?? {},
    apiKey: authorization?.replace(/^Bearer /, "") ?? null,
    status: statusOf(behaviour),
  };
}

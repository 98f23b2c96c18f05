/**
 * The fake SendGrid as a process: `node dist/test/fakes/sendgrid-main.js JOURNAL [PORT]`. Appends to the file JOURNAL, prints its URL as the
 * first line, and runs until SIGTERM or SIGINT. Read the journal with `readJournal` (sendgrid-journal.ts) or `GET /_journal`; script it with
 * `PUT /_behaviour`, as in `{"seed": 7, "rules": [{"do": "503", "probability": 0.3}, {"do": "hang", "nth": [5]}]}` (sendgrid-behaviour.ts).
 */
import { startFakeSendgrid } from "./sendgrid.js";

const [journal, port = "0"] = process.argv.slice(2);
if (journal === undefined) throw new Error("Say where the journal is to be written: sendgrid-main.js JOURNAL [PORT]");

const fake = await startFakeSendgrid({ journal, port: Number(port) });
process.stdout.write(`${fake.url}\n`);
for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => void fake.close());

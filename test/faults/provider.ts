import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { resolve } from "node:path";
import { readJournal, type JournalEntry } from "../fakes/sendgrid-journal.js";

const main = resolve("dist/test/fakes/sendgrid-main.js");

/** The fake SendGrid in a process of its own: it outlives every kill of the server, and so does its journal. */
export interface Provider {
  url: string;
  journal(): JournalEntry[];
  behave(script: { seed: number; rules: object[] }): Promise<void>;
  stop(): Promise<void>;
}

export async function startProvider(journal: string): Promise<Provider> {
  const child = spawn(process.execPath, [main, journal], { stdio: ["ignore", "pipe", "inherit"] });
  const [url] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  return {
    url,
    journal: () => readJournal(journal),
    async behave(script) {
      const { status } = await fetch(`${url}/_behaviour`, { method: "PUT", body: JSON.stringify(script) });
      if (status !== 204) throw new Error(`The provider does not know this behaviour: ${status}`);
    },
    async stop() {
      child.kill("SIGTERM");
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    },
  };
}

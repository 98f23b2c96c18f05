import { appendFileSync } from "node:fs";
import { join } from "node:path";

/** A folder for whoever looks for a reason: the logs of the nodes are left in it, and what happened when. */
const folder = process.env["FAULTS_LOGS"];

/** Writes down what `who` says, if somebody wants to read it. */
export function note(words: string, who = "diary"): void {
  if (folder !== undefined) appendFileSync(join(folder, `${who}.log`), `${new Date().toISOString()} ${words}\n`);
}

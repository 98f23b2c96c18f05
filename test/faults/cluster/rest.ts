import { setTimeout as pause } from "node:timers/promises";
import { note } from "./diary.js";
import { openSendings } from "../rest.js";

/** So long without progress, and what is left is left. */
const stuckAfter = 120_000;

/** Resolves when nothing is left to be carried out, or when there is no progress. Asks whichever node answers. */
export async function rest(nodes: readonly { url: string }[], key: string): Promise<void> {
  let [least, until] = [Infinity, performance.now() + stuckAfter];
  for (let turn = 0; performance.now() < until; turn++) {
    const { url } = nodes[turn % nodes.length] ?? { url: "" };
    const open = await openSendings(url, key).catch(() => Infinity);
    if (turn % 20 === 0) note(`${open} sendings are open`);
    if (open === 0) return;
    if (open < least) [least, until] = [open, performance.now() + stuckAfter];
    await pause(100);
  }
}

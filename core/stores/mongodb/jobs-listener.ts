import { setTimeout as wait } from "node:timers/promises";
import type { Document } from "mongodb";
import type { Listener } from "../../jobs/backend.js";
import type { Bells } from "./jobs-bells.js";
import type { Jobs } from "./jobs-documents.js";

/** Between two tries to listen again. Meanwhile the regular look finds everything. */
const pause = 1_000;

/** Hears the bells that other processes write into jobs. The driver resumes after a fail-over where it was. */
export function jobsListener(jobs: Jobs, bells: Bells): Listener {
  const notOurs = { $not: { $regex: `^${bells.own}` } };
  const bell = { $ifNull: ["$updateDescription.updatedFields.bell", "$fullDocument.bell"] };
  const events: Document[] = [
    { $match: { operationType: { $in: ["insert", "update"] } } },
    { $project: { bell } },
    { $match: { bell: { $type: "string", ...notOurs } } },
  ];

  return {
    listen(heard, trouble) {
      const closing = new AbortController();
      const isClosed = (): boolean => closing.signal.aborted;
      const listening = listenOn();

      async function listenOn(): Promise<void> {
        while (!isClosed()) {
          try {
            await hearAll();
          } catch (cause) {
            if (isClosed()) return;
            trouble(cause);
            await wait(pause, undefined, { signal: closing.signal }).catch(() => undefined);
          }
        }
      }

      async function hearAll(): Promise<void> {
        const stream = jobs.watch<Document, Document & { bell?: string }>(events);
        const close = (): void => void stream.close().catch(() => undefined);
        closing.signal.addEventListener("abort", close, { once: true });
        try {
          // What was rung before, nobody has heard.
          await stream.tryNext();
          heard("missed");
          for await (const event of stream) {
            const rung = bells.heard((event as { bell?: unknown }).bell);
            if (rung) heard(rung);
          }
        } finally {
          closing.signal.removeEventListener("abort", close);
          close();
        }
      }

      return {
        async close() {
          closing.abort();
          await listening;
        },
      };
    },
  };
}

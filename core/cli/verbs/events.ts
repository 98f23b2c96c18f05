import { segment, withApi } from "../api.js";
import { eventColumns, eventText, refusedColumns, type Event } from "../event-text.js";
import { refusedOf } from "../events/refused.js";
import { replayAll, replayOne } from "../events/replay.js";
import { exit, usage } from "../failure.js";
import { pageOptions } from "../page-options.js";
import { action, type Verb } from "../verb.js";

const statuses = "received, processed, ignored or dead";
const filters = {
  source: { type: "string", value: "NAME", help: "of this source" },
  status: { type: "string", value: "STATUS", help: statuses },
  from: { type: "string", value: "TIME", help: "received at or after, as 2026-02-10T10:30:00Z" },
  to: { type: "string", value: "TIME", help: "received before" },
} as const;

/** `furrow events` */
export const events: Verb = {
  summary: "look at what came from platforms, replay it, try a source out",
  actions: {
    list: action({
      summary: "Lists events, newest first.",
      operands: [],
      options: { ...filters, type: { type: "string", value: "TYPE", help: "of this type" }, ...pageOptions },
      async run(context) {
        const page = await withApi(context, (api) => api.list<Event>("/events", context.options));
        context.output.list(page, eventColumns, "No events.");
        return exit.done;
      },
    }),
    get: action({
      summary: "Shows an event with its headers and its body as it came.",
      operands: ["id"],
      options: {},
      async run(context) {
        const path = `/events/${segment(context.operands.id)}`;
        const lost = "`furrow events list` shows the ids.";
        const event = await withApi(context, (api) => api.one<Event>("GET", path, lost));
        context.output.result(event, () => eventText(event));
        return exit.done;
      },
    }),
    replay: action({
      summary: "Works on an event again, or on all that a filter names, through the rules of now.",
      operands: ["id"],
      optional: 1,
      options: {
        ...filters,
        confirm: { type: "string", value: "N", help: "the number of people, when they are more than 100" },
        "dry-run": { type: "boolean", help: "say what would happen, and write nothing" },
      },
      notes: ["Nobody is started twice by one rule for one entity, however often an event is replayed."],
      async run(context) {
        const { operands, options } = context;
        const { confirm, "dry-run": dryRun = false, ...filter } = options;
        if (operands.id !== "") {
          if (confirm !== undefined || Object.keys(filter).length > 0) {
            throw usage("ID stands alone", "Name one event by its ID, or many by --source, --status, --from and --to.");
          }
          return replayOne(context, operands.id, dryRun);
        }
        if (Object.keys(filter).length === 0) {
          throw usage("furrow events replay needs ID or a filter", "Write --source NAME to replay all of a source.");
        }
        return replayAll(context, {
          ...filter,
          dryRun,
          confirm: confirm === undefined ? undefined : peopleOf(confirm),
        });
      },
    }),
    refused: action({
      summary: "Lists requests that were not let in, newest first.",
      operands: [],
      options: { source: { type: "string", value: "NAME", help: "at the door of this source" }, ...pageOptions },
      async run(context) {
        const page = await withApi(context, (api) => refusedOf(api, context.options));
        context.output.list(page, refusedColumns, "No refused requests.");
        return exit.done;
      },
    }),
    trigger: action({
      summary: "Signs a body as its platform would and posts it to the door of a source.",
      operands: ["source", "fixture"],
      options: {
        server: { type: "string", value: "URL", help: "another server than the one of this configuration" },
        method: { type: "string", value: "METHOD", help: "instead of POST, for handshakes" },
      },
      notes: ['FIXTURE is a file: { "headers": {…}, "body": … } with any JSON or a text as the body, or a bare body.'],
      async run(context) {
        const { runTrigger } = await import("../events/trigger.js");
        return runTrigger(context);
      },
    }),
  },
};

function peopleOf(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw usage(`--confirm cannot be "${text}"`, "Write the number of people that a dry run shows.");
}

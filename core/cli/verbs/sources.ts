import { segment, withApi } from "../api.js";
import { exit } from "../failure.js";
import { record } from "../output.js";
import { pageOptions } from "../page-options.js";
import { action, type Action, type Verb } from "../verb.js";

/** A source as the API shows it. */
interface Source {
  name: string;
  use: string;
  connector: string;
  status: string;
  counts: Record<"received" | "processed" | "ignored" | "dead" | "refused" | "waiting", number>;
  lastEventAt: string | null;
  lastError: string | null;
}

/** `furrow sources` */
export const sources: Verb = {
  summary: "see what platforms have sent, and pause or stop their doors",
  fallback: "list",
  actions: {
    list: action({
      summary: "Lists the sources with their states and counts.",
      operands: [],
      options: pageOptions,
      async run(context) {
        const page = await withApi(context, (api) => api.list<Source>("/sources", context.options));
        context.output.list(
          page,
          [
            { title: "name", of: ({ name }) => name },
            { title: "use", of: ({ use }) => use },
            { title: "connector", of: ({ connector }) => connector },
            { title: "status", of: ({ status }) => status },
            { title: "received", of: ({ counts }) => counts.received },
            { title: "processed", of: ({ counts }) => counts.processed },
            { title: "ignored", of: ({ counts }) => counts.ignored },
            { title: "dead", of: ({ counts }) => counts.dead },
            { title: "waiting", of: ({ counts }) => counts.waiting },
            { title: "refused", of: ({ counts }) => counts.refused },
            { title: "last event", of: ({ lastEventAt }) => lastEventAt },
            { title: "last error", of: ({ lastError }) => lastError },
          ],
          "No sources.",
        );
        return exit.done;
      },
    }),
    pause: change("pause", "Takes and keeps what comes, and works on none of it until the source is resumed."),
    resume: change("resume", "Lets a source work again: what waits is worked on."),
    stop: change("stop", "Answers 503 to everything that comes, so that the platform tries again later."),
  },
};

function change(verb: string, summary: string): Action {
  return action({
    summary,
    operands: ["name"],
    options: {},
    async run(context) {
      const path = `/sources/${segment(context.operands.name)}/${verb}`;
      const source = await withApi(context, (api) => api.one<Source>("PUT", path, "`furrow sources` lists them."));
      const { counts, ...fields } = source;
      context.output.result(source, () => record({ ...fields, ...counts }));
      return exit.done;
    },
  });
}

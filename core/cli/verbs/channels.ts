import { segment, withApi } from "../api.js";
import { exit } from "../failure.js";
import { record } from "../output.js";
import { pageOptions } from "../page-options.js";
import { action, type Verb } from "../verb.js";

/** A channel as the API shows it. */
interface Channel extends Record<string, string | null> {
  name: string;
  use: string;
  state: string;
  since: string | null;
  reason: string | null;
}

/** `furrow channels` */
export const channels: Verb = {
  summary: "see whether channels take messages, and resume them",
  fallback: "list",
  actions: {
    list: action({
      summary: "Lists the channels with their state.",
      operands: [],
      options: pageOptions,
      async run(context) {
        const page = await withApi(context, (api) => api.list<Channel>("/channels", context.options));
        context.output.list(
          page,
          [
            { title: "name", of: ({ name }) => name },
            { title: "use", of: ({ use }) => use },
            { title: "state", of: ({ state }) => state },
            { title: "since", of: ({ since }) => since },
            { title: "reason", of: ({ reason }) => reason },
          ],
          "No channels.",
        );
        return exit.done;
      },
    }),
    resume: action({
      summary: "Lets a paused channel take messages again: what waits for it goes out.",
      operands: ["name"],
      options: {},
      async run(context) {
        const path = `/channels/${segment(context.operands.name)}/resume`;
        const channel = await withApi(context, (api) => api.one<Channel>("PUT", path, "`furrow channels` lists them."));
        context.output.result(channel, () => record(channel));
        return exit.done;
      },
    }),
  },
};

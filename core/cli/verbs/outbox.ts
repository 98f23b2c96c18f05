import { withApi } from "../api.js";
import { exit } from "../failure.js";
import { pageOptions } from "../page-options.js";
import { action, type Verb } from "../verb.js";

/** What is read of a captured message as the API shows it. */
interface Message {
  at: string;
  to: string;
  subject: string;
  sendingId: string;
}

/** `furrow outbox` */
export const outbox: Verb = {
  summary: "read the messages that the channel outbox captured",
  actions: {
    "": action({
      summary: "Lists captured messages, newest first; --json shows them whole.",
      operands: [],
      options: {
        to: { type: "string", value: "ADDR", help: "to this address" },
        sending: { type: "string", value: "ID", help: "of this sending" },
        ...pageOptions,
      },
      async run(context) {
        const page = await withApi(context, (api) => api.list<Message>("/outbox", context.options));
        context.output.list(
          page,
          [
            { title: "at", of: ({ at }) => at },
            { title: "to", of: ({ to }) => to },
            { title: "subject", of: ({ subject }) => subject },
            { title: "sending", of: ({ sendingId }) => sendingId },
          ],
          "No messages.",
        );
        return exit.done;
      },
    }),
  },
};

import { segment, withApi } from "../api.js";
import { exit } from "../failure.js";
import { pageOptions } from "../page-options.js";
import { sendingColumns, sendingText, type Sending } from "../sending-text.js";
import { action, type Action, type Verb } from "../verb.js";

/** `furrow sendings` */
export const sendings: Verb = {
  summary: "look at what people are sent, and step in",
  actions: {
    list: action({
      summary: "Lists sendings, newest first.",
      operands: [],
      options: {
        status: {
          type: "string",
          value: "STATUS",
          help: "pending, scheduled, sent, completed, failed, cancelled or held",
        },
        sequence: { type: "string", value: "KEY|ID", help: "of this sequence" },
        contact: { type: "string", value: "ID", help: "to this contact" },
        execution: { type: "string", value: "ID", help: "of this execution" },
        from: { type: "string", value: "TIME", help: "made at or after, as 2026-02-10T10:30:00Z" },
        to: { type: "string", value: "TIME", help: "made before" },
        ...pageOptions,
      },
      async run(context) {
        const page = await withApi(context, (api) => api.list<Sending>("/sendings", context.options));
        context.output.list(page, sendingColumns, "No sendings.");
        return exit.done;
      },
    }),
    get: one("Shows a sending with its timeline.", "GET"),
    cancel: one("Ends a sending that has not ended.", "POST", "/cancel"),
    retry: one("Tries the step of a held or failed sending again.", "POST", "/retry"),
    skip: one("Lets a held or failed sending go on with its next step.", "POST", "/skip"),
  },
};

function one(summary: string, method: "GET" | "POST", below = ""): Action {
  return action({
    summary,
    operands: ["id"],
    options: {},
    async run(context) {
      const path = `/sendings/${segment(context.operands.id)}${below}`;
      const sending = await withApi(context, (api) =>
        api.one<Sending>(method, path, "`furrow sendings list` shows the ids."),
      );
      context.output.result(sending, () => sendingText(sending));
      return exit.done;
    },
  });
}

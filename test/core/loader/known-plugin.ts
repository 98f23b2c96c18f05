import { definePlugin } from "../../../core/contracts/plugin.js";

/** Takes everything and does nothing. */
export default definePlugin<unknown>({
  api: 1,
  name: "known",
  options: { "~standard": { version: 1, vendor: "test", validate: (value) => ({ value }) } },
  connector: () => ({ verify: () => undefined, receive: () => [], sign: () => ({}) }),
  translate: () => ({ commands: [], reason: "no_rule", notes: [] }),
});

import type { JsonObject } from "../../contracts/model.js";
import { usage } from "../failure.js";
import { databaseOf, readServer } from "../installation.js";
import { action, type Verb } from "../verb.js";

/** `furrow execute` */
export const execute: Verb = {
  summary: "send people of a file through a sequence",
  actions: {
    "": action({
      summary: "Executes a sequence for the people of a CSV or JSON file, in calls of at most 100.",
      operands: ["sequence"],
      options: {
        contacts: { type: "string", value: "FILE", help: "CSV with a header, or a JSON array; - is standard input" },
        location: { type: "string", value: "KEY|ID", help: "the location of everybody who has none of their own" },
        employee: { type: "string", value: "KEY|ID", help: "the employee of everybody who has none of their own" },
        context: { type: "string", value: "JSON", help: "an object for templates and conditions of this run" },
        "dry-run": { type: "boolean", help: "say what would happen, and write nothing" },
        server: { type: "string", value: "URL", help: "another server than the one of this configuration" },
        key: { type: "string", value: "KEY", help: "the API key to it" },
      },
      notes: [
        "Columns are named as in the API: email, firstName, tags (split at ;), customFields.x, context.x and so on.",
        "Running it again repeats nothing for as long as the server keeps idempotency keys (retention.idempotency).",
      ],
      async run({ operands: { sequence }, options, config, shell, output, parts }) {
        const { contacts, location, employee, server, key } = options;
        if (contacts === undefined) throw usage("furrow execute needs --contacts", "Write it as --contacts FILE.");
        const context = options.context === undefined ? undefined : contextOf(options.context);
        const find = { ...(server === undefined ? {} : { server }), ...(key === undefined ? {} : { key }) };
        const [{ targetOf }, { runExecute }] = await Promise.all([
          import("../execute/target.js"),
          import("../execute/run-execute.js"),
        ]);
        const target = await targetOf(find, async () => databaseOf(await readServer({ config, shell, parts })));
        const dryRun = options["dry-run"] === true;
        return runExecute({ sequence, file: contacts, location, employee, context, dryRun }, target, shell, output);
      },
    }),
  },
};

function contextOf(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonObject;
  } catch {
    // Told below, like everything else that is no object.
  }
  throw usage("--context is not a JSON object", `Write it as --context '{"season":"spring"}'.`);
}

import type { Role } from "../../foundation/foundation.js";
import { exit, Failure, usage } from "../failure.js";
import { readInstallation } from "../installation.js";
import { didYouMean } from "../suggest.js";
import { action, type Verb } from "../verb.js";

const ROLES: readonly Role[] = ["all", "api", "worker"];

/** `furrow serve` */
export const serve: Verb = {
  summary: "run the server: the API and everything that is due",
  actions: {
    "": action({
      summary: "Runs the server until it gets SIGTERM or SIGINT; a second one ends it at once.",
      operands: [],
      options: {
        listen: {
          type: "string",
          value: "HOST:PORT",
          help: "where to listen, instead of http.listen; port 0 takes a free one",
        },
        role: { type: "string", value: "ROLE", help: "all, or in the mode cluster api or worker" },
        quickstart: { type: "boolean", help: "make a first API key and print a call that works when pasted" },
      },
      async run(context) {
        const { listen, role, quickstart } = context.options;
        const part = roleOf(role);
        const address = listen === undefined ? undefined : await addressOf(listen);
        const { config, project } = await readInstallation(context);
        if (part !== "all" && config.mode !== "cluster") throw notInLocalMode(part);
        const { runServer } = await import("../serve/run-server.js");
        const http = { ...config.http, ...(address ? { listen: address } : {}) };
        return runServer(
          { config: { ...config, http }, project, role: part, quickstart: quickstart === true },
          context,
        );
      },
    }),
  },
};

function roleOf(text = "all"): Role {
  const role = ROLES.find((one) => one === text);
  if (role) return role;
  throw usage(`There is no role "${text}"`, didYouMean(text, ROLES, `There is: ${ROLES.join(", ")}.`));
}

function notInLocalMode(role: Role): Failure {
  return new Failure(
    `The role ${role} needs the mode cluster`,
    "Leave --role out: in local mode one process does everything.",
    exit.usage,
  );
}

async function addressOf(text: string): Promise<{ host: string; port: number }> {
  const { parseListen } = await import("../../config/server-schema.js");
  const address = parseListen(text);
  if (!address)
    throw usage(`--listen cannot be "${text}"`, "Write it as HOST:PORT, for example 127.0.0.1:3000 or [::1]:0.");
  return address;
}

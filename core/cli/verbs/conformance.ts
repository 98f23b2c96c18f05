import { resolve } from "node:path";
import { systemIds } from "../../system/ids.js";
import { stopSignal } from "../execute/stop-signal.js";
import { exit, Failure, usage } from "../failure.js";
import { readServer } from "../installation.js";
import { didYouMean } from "../suggest.js";
import { action, type Verb } from "../verb.js";

/** `furrow conformance` */
export const conformance: Verb = {
  summary: "prove on your own database that it keeps what Furrow relies on",
  actions: {
    "": action({
      summary: "Runs the suites of the store, of jobs and of the pipeline on the database of a server config.",
      operands: [],
      options: {
        against: { type: "string", value: "FILE", help: "the server config, instead of --config" },
        only: { type: "string", value: "A,B", help: "some of: store, jobs, pipeline" },
      },
      notes: [
        "They run in a database (in local mode: a folder) of their own beside the configured one, which is removed afterwards.",
        "Your data are not touched. Mails are kept there, none is sent.",
      ],
      async run(context) {
        const { against, only } = context.options;
        const { output, shell, parts } = context;
        const [{ openGround }, { runSuites, suiteNames }] = await Promise.all([
          import("../conformance/open-ground.js"),
          import("../conformance/run-suites.js"),
        ]);
        const suites = only === undefined ? suiteNames : only.split(",").map((name) => known(name.trim(), suiteNames));
        const file = against === undefined ? context.config : resolve(shell.cwd, against);
        const config = await readServer({ ...context, config: file });
        const ground = await openGround(config, systemIds.next().slice(-12), parts);
        const { signal, over } = stopSignal(shell);
        try {
          output.note(`The suites run in ${ground.place}, which is removed afterwards.`);
          const verdicts = await runSuites(
            ground,
            suites,
            () => signal.aborted,
            ({ suite, name, passed, milliseconds, reason }) => {
              output.note(`${passed ? "ok  " : "FAIL"} ${suite} ${name} (${milliseconds} ms)`);
              if (reason !== null) output.note(reason.replaceAll(/^/gm, "     "));
            },
          );
          if (signal.aborted) throw new Failure("Interrupted", "Nothing is left behind.", exit.interrupted);
          const failed = verdicts.filter(({ passed }) => !passed).length;
          const passed = verdicts.length - failed;
          output.result(
            { place: ground.place, passed, failed, tests: verdicts },
            () => `${passed} passed, ${failed} failed`,
          );
          return failed > 0 ? exit.failed : exit.done;
        } finally {
          over();
          await ground.remove();
        }
      },
    }),
  },
};

function known<Name extends string>(name: string, names: readonly Name[]): Name {
  const found = names.find((one) => one === name);
  if (found === undefined)
    throw usage(`There is no suite "${name}"`, didYouMean(name, names, `There is: ${names.join(", ")}.`));
  return found;
}

import { mkdir, readdir } from "node:fs/promises";
import { relative, resolve } from "node:path";
import { exit, Failure } from "../failure.js";
import { pluginName } from "../plugin-name.js";
import { writePlugin } from "../plugin-template.js";
import { action, type Verb } from "../verb.js";
import { version } from "../version.js";

/** `furrow plugin` */
export const plugin: Verb = {
  summary: "begin a plugin of your own",
  actions: {
    create: action({
      summary: "Makes a folder with a plugin that works: a connector, what its events mean, a recorded request, tests.",
      operands: ["name"],
      options: { folder: { type: "string", value: "DIR", help: "where; without it ./NAME" } },
      notes: ["NAME is acme or @you/acme: the package becomes furrow-plugin-acme or @you/furrow-plugin-acme."],
      async run({ operands, options, shell, output }) {
        const named = pluginName(operands.name);
        const folder = resolve(shell.cwd, options.folder ?? named.name);
        const shown = relative(shell.cwd, folder) || ".";
        const files = await written(shown, async () => {
          await mkdir(folder, { recursive: true });
          if ((await readdir(folder)).length > 0) {
            throw new Failure(`The folder ${shown} is not empty`, "Name another one with --folder DIR.");
          }
          return writePlugin(folder, named, version());
        });
        output.result({ ...named, folder, files }, () => `Made ${named.package} in ${shown}: ${files.join(", ")}.`);
        if (!output.json) output.note("Its tests run with `npm test` there; its README.md says how a source uses it.");
        return exit.done;
      },
    }),
  },
};

async function written<T>(shown: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    const { code = "unknown" } = cause as NodeJS.ErrnoException;
    throw new Failure(
      `The plugin cannot be written to ${shown} (${code})`,
      "Name another folder with --folder DIR.",
      exit.failed,
      { cause },
    );
  }
}

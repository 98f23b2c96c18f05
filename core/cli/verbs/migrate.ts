import { exit, usage } from "../failure.js";
import { readServer } from "../installation.js";
import { action, type Verb } from "../verb.js";

/** `furrow migrate` */
export const migrate: Verb = {
  summary: "move everything to another store: a file, or a database of a cluster",
  actions: {
    store: action({
      summary: "Moves everything from the store of the server config to another one, and compares both.",
      operands: [],
      options: {
        to: { type: "string", value: "URL|FILE", help: "mongodb://… of the cluster's database, or the path of a file" },
        again: { type: "boolean", help: "throw away what an unfinished move has left in the target, and begin anew" },
      },
      notes: [
        "Nobody may serve either store meanwhile. What is killed in the middle goes on when the same command runs again.",
        "Afterwards the target serves and the source does not, so that nobody is written to twice.",
      ],
      async run(context) {
        const { to, again = false } = context.options;
        if (to === undefined)
          throw usage("furrow migrate store needs --to", "Write it as --to mongodb://HOST/DATABASE.");
        const [config, { addressIn, addressOf, open, openSource }, { runMove }] = await Promise.all([
          readServer(context),
          import("../migrate/places.js"),
          import("../migrate/run-move.js"),
        ]);
        const [from, target] = [addressIn(config), addressOf(to, context.shell.cwd)];
        if (JSON.stringify(from) === JSON.stringify(target))
          throw usage("--to names the store of the server config itself", "Name another one.");
        const source = await openSource(from);
        try {
          const place = await open(target);
          try {
            return await runMove(source, place, again, context.shell, context.output);
          } finally {
            await place.close();
          }
        } finally {
          await source.close();
        }
      },
    }),
    reopen: action({
      summary: "Lets the store of the server config serve again although it was, or was to be, moved away.",
      operands: [],
      options: {},
      notes: ["Only when the target of the move does not serve: else everybody is written to twice."],
      async run(context) {
        const [config, { addressIn, openSource }, { reopen }] = await Promise.all([
          readServer(context),
          import("../migrate/places.js"),
          import("../../migrate/move.js"),
        ]);
        const { dump, close } = await openSource(addressIn(config));
        try {
          const move = await reopen(dump);
          const document = { place: dump.place, other: move?.other ?? null };
          context.output.result(document, () =>
            move ? `${dump.place} serves again.` : `${dump.place} was not moved.`,
          );
          if (move) context.output.note(`Take care that ${move.other} does not serve as well.`);
          return exit.done;
        } finally {
          await close();
        }
      },
    }),
  },
};

import type { SuiteReport } from "./suite-report.js";
import type { Kind } from "./cluster/faults.js";

interface Suite {
  /** What `--runs` counts. */
  counts: string;
  /** How many without `--runs`. */
  size: number;
  run(options: { size: number; seed: number }): Promise<SuiteReport>;
}

const kinds = ["killed", "frozen", "steppedDown", "primaryKilled", "cut", "stopped", "away"] as const;

/** The suites of `npm run faults`, by name. Each is loaded when it is run. */
export const suites: Record<string, Suite> = {
  kill: {
    counts: "kills of the program under load",
    size: 60,
    run: async ({ size, seed }) => (await import("./kill.js")).killLoop({ kills: size, seed }),
  },
  ingest: {
    counts: "kills of the program while platforms send it their webhooks",
    size: 100,
    run: async ({ size, seed }) => (await import("./ingest.js")).ingest({ kills: size, seed }),
  },
  stop: {
    counts: "stops in each of three manners",
    size: 20,
    run: async (options) => (await import("./stop.js")).stop(options),
  },
  simulation: {
    counts: "simulated worlds",
    size: 20_000,
    run: async (options) => (await import("./simulation.js")).simulation(options),
  },
  "nth-failure": {
    counts: "of the operations every N-th fails, each in its own run",
    size: 1,
    run: async ({ size }) => (await import("./nth-failure.js")).nthFailure({ stride: size }),
  },
  clock: {
    counts: "simulated worlds in which somebody plays with the clock",
    size: 2_000,
    run: async (options) => (await import("./clock.js")).clock(options),
  },
  locked: {
    counts: "locks of the database by another process",
    size: 10,
    run: async (options) => (await import("./locked.js")).locked(options),
  },
  "full-disk": {
    counts: "times that the disk is full",
    size: 10,
    run: async (options) => (await import("./full-disk.js")).fullDisk(options),
  },
  damage: {
    counts: "bytes of the database that are changed, each in a copy",
    size: 200,
    run: async (options) => (await import("./damage.js")).damage(options),
  },
  provider: {
    counts: "people written to in each weather of the provider",
    size: 40,
    run: async (options) => (await import("./provider-storm.js")).providerStorm(options),
  },
  abuse: {
    counts: "connections that say next to nothing",
    size: 5_000,
    run: async (options) => (await import("./abuse.js")).abuse(options),
  },
  fuzz: {
    counts: "requests to every route, sensible and hostile",
    size: 50_000,
    run: async (options) => (await import("./fuzz.js")).fuzz(options),
  },
  cluster: befallen("faults of every kind, in turn, that befall two listening and two working processes", kinds),
  "cluster-kill": befallen("kills of one of a cluster's processes under load", ["killed"]),
  "cluster-freeze": befallen("workers that stand still for longer than their lease", ["frozen"]),
  "cluster-stepdown": befallen("step-downs of the database's primary", ["steppedDown"]),
  "cluster-primary": befallen("kills of the database's primary", ["primaryKilled"]),
  "cluster-cut": befallen("times that one process's connections to the database break", ["cut"]),
  "cluster-stop": befallen("stops of one of a cluster's processes under load", ["stopped"]),
  "cluster-away": befallen("times that the database answers nobody for twenty seconds", ["away"]),
  "cluster-share": {
    counts: "contacts whose messages two workers share",
    size: 20_000,
    run: async (options) => (await import("./cluster/share.js")).share(options),
  },
  "cluster-odd": {
    counts: "times that each odd case is played",
    size: 1,
    run: async (options) => (await import("./cluster/odd.js")).odd(options),
  },
};

function befallen(counts: string, kinds: readonly Kind[]): Suite {
  return { counts, size: 30, run: async (options) => (await import("./cluster/befall.js")).befall(kinds, options) };
}

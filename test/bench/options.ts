import { parseArgs } from "node:util";

export const parts = ["w", "floors", "store", "backlog", "ingest", "cluster", "cluster-backlog"] as const;
export type Part = (typeof parts)[number];

/** A stream of calls: how many, how many contacts each, how many at once. */
export interface Flood {
  calls: number;
  size: number;
  parallel: number;
}

/** How much is done. */
export interface Scale {
  /** Single calls, 20 a second, for so many seconds. */
  seconds: number;
  batch: Flood;
  single: Flood;
  /** Finished sendings in the file that is compared with an empty one. */
  seedRows: number;
  /** Executions that are due when the server starts. */
  backlog: number;
  /** Orders of a shop, told as fast as they are taken. */
  orders: number;
  /** Sendings that wait in a cluster's database. */
  waiting: number;
}

export interface Options extends Scale {
  parts: readonly Part[];
  runs: number;
  /** Where the figures are written as JSON. */
  json: string | undefined;
  check: boolean;
  profile: boolean;
}

const whole: Scale = {
  seconds: 15,
  batch: { calls: 50, size: 100, parallel: 4 },
  single: { calls: 5_000, size: 1, parallel: 16 },
  seedRows: 1_000_000,
  backlog: 100_000,
  orders: 10_000,
  waiting: 1_000_000,
};
const quick: Scale = {
  seconds: 3,
  batch: { ...whole.batch, calls: 20 },
  single: { ...whole.single, calls: 1_000 },
  seedRows: 20_000,
  backlog: 5_000,
  orders: 1_500,
  waiting: 20_000,
};

const usage = `Usage: npm run bench -- [w] [floors] [store] [backlog] [ingest] [cluster] [cluster-backlog] [options]
  --quick          a tenth of the work: to see that it runs
  --runs N         the table shows the medians of N interleaved runs (3; 1 with --quick)
  --seed-rows N    finished sendings in the store that is compared with an empty one
  --backlog N      executions that are due at the start
  --waiting N      sendings that wait in the cluster's database
  --profile        runs w, ingest or cluster once under V8's profiler and shows where the server's time goes
  --json FILE      writes every figure there
  --check          exits with 1 when a target is missed`;

/** Reads the command line; without a part, all of them. `undefined`, with the usage on stderr, when it cannot be read. */
export function readOptions(args: string[]): Options | undefined {
  try {
    return read(args);
  } catch (error) {
    console.error(`${(error as Error).message}\n${usage}`);
    return undefined;
  }
}

function read(args: string[]): Options {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      quick: { type: "boolean", default: false },
      runs: { type: "string" },
      "seed-rows": { type: "string" },
      backlog: { type: "string" },
      waiting: { type: "string" },
      profile: { type: "boolean", default: false },
      json: { type: "string" },
      check: { type: "boolean", default: false },
    },
  });
  const scale = values.quick ? quick : whole;
  const all: readonly Part[] = values.profile ? ["w"] : parts;
  return {
    ...scale,
    parts: positionals.length > 0 ? positionals.map(part) : all,
    runs: count("runs", values.runs, values.quick || values.profile ? 1 : 3),
    seedRows: count("seed-rows", values["seed-rows"], scale.seedRows),
    backlog: count("backlog", values.backlog, scale.backlog),
    waiting: count("waiting", values.waiting, scale.waiting),
    json: values.json,
    check: values.check,
    profile: values.profile,
  };
}

function part(name: string): Part {
  const found = parts.find((known) => known === name);
  if (!found) throw new Error(`There is no part ${name}`);
  return found;
}

function count(name: string, given: string | undefined, otherwise: number): number {
  const value = Number(given ?? otherwise);
  if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} is a whole number above 0`);
  return value;
}

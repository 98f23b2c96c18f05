import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** A function in a stack. `url` is empty for native code. */
export interface Frame {
  functionName: string;
  url: string;
  lineNumber: number;
}

/** What the main thread did at one moment, from the function that ran up to the root, and for how long, in microseconds. */
export interface Sample {
  stack: readonly Frame[];
  at: number;
  took: number;
}

interface CpuProfile {
  nodes: { id: number; callFrame: Frame; children?: number[] }[];
  /** Microseconds on the clock of clock.ts. */
  startTime: number;
  samples: number[];
  timeDeltas: number[];
}

/** Arguments for a Node.js that is to leave a profile of itself in `folder` when it ends. */
export function profiling(folder: string): string[] {
  return ["--cpu-prof", "--cpu-prof-interval=250", `--cpu-prof-dir=${folder}`];
}

/** The samples of the last profile in `folder`: a program that starts itself anew with other arguments leaves one of before, too. */
export async function readSamples(folder: string): Promise<Sample[]> {
  const file = (await readdir(folder))
    .filter((name) => name.endsWith(".cpuprofile"))
    .sort()
    .at(-1);
  if (file === undefined) throw new Error("The server left no profile");
  const profile = JSON.parse(await readFile(join(folder, file), "utf8")) as CpuProfile;
  const stacks = stacksOf(profile);
  let at = profile.startTime;
  return profile.samples.map((node, index) => {
    // The time until the next sample belongs to this one.
    at += profile.timeDeltas[index] ?? 0;
    return { stack: stacks.get(node) ?? [], at, took: profile.timeDeltas[index + 1] ?? 0 };
  });
}

function stacksOf({ nodes }: CpuProfile): Map<number, Frame[]> {
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  const stacks = new Map<number, Frame[]>();
  // V8 lists parents before their children.
  for (const { id, callFrame } of nodes) stacks.set(id, [callFrame, ...(stacks.get(parents.get(id) ?? -1) ?? [])]);
  return stacks;
}

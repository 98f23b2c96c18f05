import type { Frame, Sample } from "./profile.js";

/** Microseconds a mail or an event by what they were spent on, most first. */
export type Shares = [name: string, microseconds: number][];

/** By room of core/, package, or part of Node.js; native code counts for whoever called it. */
export function byRoom(samples: readonly Sample[], count: number): Shares {
  return shares(samples, count, ({ stack }) => [roomOf(caller(stack))]);
}

/** By function, without those that it called. Native code is told by who called it. */
export function bySelf(samples: readonly Sample[], count: number): Shares {
  return shares(samples, count, ({ stack }) => {
    const [self] = stack;
    if (!self || self.url !== "" || self.functionName.startsWith("(")) return self ? [named(self)] : [];
    return [`${self.functionName} (native) ← ${named(caller(stack))}`];
  });
}

/** By function of ours, with all that it called before it returned or waited. */
export function byTotal(samples: readonly Sample[], count: number): Shares {
  return shares(samples, count, ({ stack }) => [...new Set(stack.filter(isOurs).map(named))]);
}

function shares(samples: readonly Sample[], count: number, namesOf: (sample: Sample) => string[]): Shares {
  const sums = new Map<string, number>();
  for (const sample of samples) {
    for (const name of namesOf(sample)) sums.set(name, (sums.get(name) ?? 0) + sample.took);
  }
  return [...sums].map(([name, took]): Shares[number] => [name, took / count]).sort(([, a], [, b]) => b - a);
}

/** The innermost function with a source; else V8's own word, like `(garbage collector)`. */
function caller(stack: readonly Frame[]): Frame {
  const [self] = stack;
  const found = self?.functionName.startsWith("(") ? undefined : stack.find(({ url }) => url !== "");
  return found ?? self ?? { functionName: "(unknown)", url: "", lineNumber: 0 };
}

function isOurs({ url }: Frame): boolean {
  return /\/dist\/(core|plugins|connectors)\//.test(url);
}

function roomOf({ url, functionName }: Frame): string {
  const place = placeOf(url);
  if (place === "") return functionName;
  const [first = "", second = ""] = place.split("/");
  if (ours.test(place)) return second.endsWith(".js") ? first : roomPath(place);
  if (first.startsWith("node:")) return first === "node:internal" ? `node:internal/${second}` : first;
  return first.startsWith("@") ? `${first}/${second}` : first;
}

function roomPath(place: string): string {
  return place.split("/").slice(0, -1).join("/");
}

function named({ functionName, url, lineNumber }: Frame): string {
  const place = placeOf(url);
  return place === "" ? functionName : `${functionName || "(anonymous)"} ${place}:${lineNumber + 1}`;
}

const ours = /^(core|plugins|connectors)\//;

/** `core/…`, a package and its file, or a module of Node.js. */
function placeOf(url: string): string {
  return url.replace(/^.*\/node_modules\//, "").replace(/^.*\/dist\/(?=(core|plugins|connectors)\/)/, "");
}

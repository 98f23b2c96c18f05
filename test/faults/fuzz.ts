import { fuzz as fuzzed, type FuzzReport } from "../core/http/fuzz/fuzz.js";

/** The fuzz of the API (test/core/http/fuzz) with as many requests as there is time for. */
export async function fuzz(options: { size: number; seed: number }): Promise<FuzzReport> {
  const ends: (() => unknown)[] = [];
  try {
    return await fuzzed({ teardown: (end) => ends.push(end) }, options);
  } finally {
    for (const end of ends) await end();
  }
}

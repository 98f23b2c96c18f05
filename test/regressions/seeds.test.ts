import { test } from "tap";
import { simulate } from "../faults/simulation/simulate.js";
import type { Weather } from "../faults/simulation/storm.js";

const minute = 60_000;
const usual = { dawdling: 5 * minute, meddling: true };

/** Worlds in which the simulation once found something, with what it was. */
const found: [seed: number, weather: Weather, what: string][] = [
  [
    241,
    { trouble: 0.3, outage: 0, acts: 7, turns: 434, life: 40, jumps: 0.02, furthest: 34560000000, ...usual },
    "a start believed a clock that had been put back",
  ],
  [
    953,
    { trouble: 0, outage: 0, acts: 9, turns: 267, life: 40, jumps: 0.02, furthest: 60000, ...usual },
    "a start believed a clock that had been put back",
  ],
  [
    327,
    { trouble: 0, outage: 0, acts: 10, turns: 429, life: 0, jumps: 0.02, furthest: 60000, ...usual },
    "a sweep judged a call that was about to be made",
  ],
  [
    1114,
    { trouble: 0.1, outage: 0, acts: 10, turns: 465, life: 0, jumps: 0, furthest: 3600000, ...usual },
    "a sweep judged a call that was about to be made",
  ],
  [
    4179,
    { trouble: 0.1, outage: 0.05, acts: 7, turns: 578, life: 150, jumps: 0.02, furthest: 60000, ...usual },
    "a job was over before one of its calls, and a stop did not wait for it",
  ],
];

for (const [seed, weather, what] of found) {
  test(`seed ${seed}: ${what}`, async (t) => t.same((await simulate(seed, weather)).violations, []));
}

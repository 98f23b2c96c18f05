import t from "tap";
import { createCaller, type Pace } from "../../../../core/cli/execute/caller.js";
import { loopback } from "./loopback.js";

const what = { method: "GET", path: "/x" } as const;

t.test("a server that stays away is given up after ten attempts, told once", async (t) => {
  const { pace, waits, told } = noted();
  await t.rejects(createCaller(() => undefined, pace)(what), {
    message: "The server does not answer (it is not running)",
  });
  t.same(waits, [125, 250, 500, 1000, 2000, 4000, 5000, 5000, 5000]);
  t.same(told, ["The server cannot take this now (it is not running); trying again."]);
});

t.test("a server that never recovers is named by its answer", async (t) => {
  const { url, seen } = await loopback(t, () => ({ status: 500 }));
  const { pace } = noted();
  await t.rejects(createCaller(() => ({ url, key: "k" }), pace)(what), {
    message: "The server does not answer (HTTP 500)",
  });
  t.equal(seen.length, 10);
});

t.test("a server that comes back elsewhere is found again", async (t) => {
  const { url } = await loopback(t, () => ({ status: 200, body: { here: true } }));
  const { pace, waits } = noted();
  const targets = [undefined, { url: "http://127.0.0.1:1", key: "k" }, { url: `${url}/`, key: "k" }];
  t.match(await createCaller(() => targets.shift(), pace)(what), { status: 200, body: { here: true } });
  t.equal(waits.length, 2);
});

t.test("a rate limit does not use up the patience", async (t) => {
  const { url } = await loopback(t, (_, number) => {
    return number <= 20 ? { status: 429, headers: { "Retry-After": "1800" } } : { status: number <= 29 ? 503 : 200 };
  });
  const { pace, waits } = noted();
  t.match(await createCaller(() => ({ url, key: "k" }), pace)(what), { status: 200 });
  t.same(new Set(waits.slice(0, 20)), new Set([1_800_000]));
  t.equal(waits.length, 29);
});

t.test("a run that is stopped asks no more", async (t) => {
  const { pace } = noted();
  t.equal(await createCaller(() => undefined, { ...pace, stopped: () => true })(what), undefined);
});

function noted(): { pace: Pace; waits: number[]; told: string[] } {
  const [waits, told]: [number[], string[]] = [[], []];
  const pace: Pace = {
    wait: async (milliseconds) => void waits.push(milliseconds),
    chance: () => 0,
    stopped: () => false,
    waiting: (why) => void told.push(why),
  };
  return { pace, waits, told };
}

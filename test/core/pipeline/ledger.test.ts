import "reflect-metadata";
import t from "tap";
import { StoreUnavailable } from "../../../core/contracts/errors.js";
import type { Settlement, Store } from "../../../core/contracts/store.js";
import { Ledger } from "../../../core/pipeline/ledger.js";
import { FakeLog } from "../../fakes/log.js";

const hour = 3_600_000;

t.test("a store that was away for an hour is written to within seconds of its return", async (t) => {
  let now = 0;
  const clock = {
    now: () => now,
    wait: async (duration: number) => {
      now += duration;
    },
  };
  const settle = async () => {
    if (now < hour) throw new StoreUnavailable("away");
  };
  const log = new FakeLog();
  await new Ledger({ attempts: { settle } } as unknown as Store, clock, log).settle([{} as Settlement]);
  t.ok(now - hour < 5_000, `it was ${now - hour} ms late`);
  t.equal(log.lines.length, 60, "told once a minute");
});

t.test("what comes during a write is written by the next one, together", async (t) => {
  const written: number[] = [];
  const gates: (() => void)[] = [];
  const settle = (batch: readonly Settlement[]) => {
    written.push(batch.length);
    return new Promise<void>((resolve) => gates.push(resolve));
  };
  const store = { attempts: { settle } } as unknown as Store;
  const ledger = new Ledger(store, { now: () => 0, wait: () => Promise.resolve() }, new FakeLog());
  const one = {} as Settlement;
  const first = ledger.settle([one]);
  await new Promise((resolve) => setImmediate(resolve));
  const later = [ledger.settle([one]), ledger.settle([one, one])];
  gates[0]?.();
  await first;
  await new Promise((resolve) => setImmediate(resolve));
  t.same(written, [1, 3]);
  gates[1]?.();
  await Promise.all(later);
  await ledger.settle([]);
  t.same(written, [1, 3], "nothing is not written");
});

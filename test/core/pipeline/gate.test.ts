import t from "tap";
import type { Outcome } from "../../../core/contracts/channel.js";
import { Gate, type Pass } from "../../../core/pipeline/gate.js";
import { FakeClock } from "../../fakes/clock.js";
import { FakeIds } from "../../fakes/ids.js";
import { FakeLog } from "../../fakes/log.js";

const accepted: Outcome = { status: "accepted", providerId: null };
const uncertain: Outcome = { status: "uncertain", reason: "timeout" };
/** Half of the second over which those who wait are spread. */
const jitter = 500;

function open(concurrency = 1) {
  const clock = new FakeClock();
  const log = new FakeLog();
  const gate = new Gate("email", concurrency, clock, new FakeIds(), log);
  const call = (outcome: Outcome): Pass => {
    const pass = gate.admit(1);
    if (pass.calls === 1) gate.ended(outcome, pass);
    return pass;
  };
  const calls = (count: number, outcome: Outcome): number =>
    Array.from({ length: count }, () => call(outcome).calls).reduce((sum, made) => sum + made, 0);
  return { clock, log, gate, calls };
}

t.test("what the provider does badly opens it, and both turns are logged once", async (t) => {
  for (const bad of [uncertain, { status: "deferred", reason: "ECONNREFUSED" } as const]) {
    const { clock, log, gate, calls } = open();
    t.equal(calls(100, bad), 10);
    t.equal(gate.askAgainAt(), clock.now() + 750 + jitter);
    clock.advance(750);
    t.equal(calls(5, bad), 1, "one tries");
    clock.advance(1_500);
    t.equal(calls(5, accepted), 5);
    t.same(log.lines, [
      {
        level: "warn",
        fields: { channel: "email", bad: 10, of: 10 },
        message: "the channel's circuit is open: too many of its last calls ended badly",
      },
      {
        level: "info",
        fields: { channel: "email" },
        message: "the channel's circuit is closed: its provider answers again",
      },
    ]);
  }
});

t.test("a provider that takes no message of ours, or not now, is well", async (t) => {
  const well: Outcome[] = [
    accepted,
    { status: "rejected", reason: "400" },
    { status: "deferred", reason: "401", pause: {} },
    { status: "deferred", reason: "later", retryAt: 1 },
  ];
  for (const outcome of well) t.equal(open().calls(100, outcome), 100, outcome.status);
  const limited = open();
  for (let refusal = 0; refusal < 20; refusal++) {
    t.equal(limited.calls(5, { status: "deferred", reason: "429", limit: { remaining: 0 } }), 1);
    limited.clock.advance(15 * 60_000);
  }
  t.same(limited.log.lines, []);
});

t.test("a limit counts those under way, and those that were not made are not", async (t) => {
  const { clock, gate } = open(16);
  const pass = gate.admit(4);
  const resetAt = clock.now() + 5_000;
  gate.ended({ ...accepted, limit: { remaining: 9, resetAt } }, pass);
  t.equal(gate.admit(100).calls, 6, "three of the nine are under way");
  t.equal(gate.admit(100).calls, 0);
  t.equal(gate.askAgainAt(), resetAt + jitter);
  gate.takeBack(2, pass);
  t.equal(gate.admit(100).calls, 2);
});

t.test("an open circuit does not wait for the end of a limit that is not reached", async (t) => {
  const { clock, gate, calls } = open();
  calls(10, { ...uncertain, limit: { remaining: 500, resetAt: clock.now() + 3_600_000 } });
  t.equal(gate.askAgainAt(), clock.now() + 750 + jitter);
});

t.test("a trial that is not made is left to the next", async (t) => {
  const { clock, gate, calls } = open();
  calls(10, uncertain);
  clock.advance(750);
  const pass = gate.admit(3);
  t.equal(pass.calls, 1);
  gate.takeBack(0, pass);
  t.equal(gate.admit(3).calls, 0, "it is still to be made");
  gate.takeBack(1, pass);
  t.equal(gate.admit(3).calls, 1);
});

import t from "tap";
import { Circuit } from "../../../core/pipeline/circuit.js";

const now = Date.UTC(2026, 0, 5, 9);

/** Ends so many calls, each good or bad, and answers what became of the circuit at the last. */
function end(circuit: Circuit, count: number, badly: boolean, at = now): string | undefined {
  let change: string | undefined;
  for (let index = 0; index < count; index++) change = circuit.ended(badly, circuit.round, at, 0);
  return change;
}

function opened(): Circuit {
  const circuit = new Circuit(1);
  end(circuit, 10, true);
  return circuit;
}

t.test("it opens when enough calls have ended and half of them badly", async (t) => {
  const circuit = new Circuit(1);
  t.equal(circuit.admit(7, now), 7);
  t.equal(end(circuit, 9, true), undefined, "nine are not enough");
  t.equal(circuit.admit(7, now), 7);
  t.equal(end(circuit, 1, true), "opened");
  t.same(circuit.tally, { bad: 10, of: 10 });
  t.equal(circuit.admit(7, now), 0);
  t.equal(circuit.admit(7, now + 999), 0);
  t.equal(circuit.askAgainAt(now), now + 1_000);
});

t.test("less than half does not open it, half does", async (t) => {
  const circuit = new Circuit(1);
  end(circuit, 6, false);
  t.equal(end(circuit, 5, true), undefined, "five of eleven");
  t.equal(end(circuit, 1, true), "opened", "six of twelve");
});

t.test("only the last calls count", async (t) => {
  const circuit = new Circuit(1);
  end(circuit, 1_000, false);
  t.equal(end(circuit, 9, true), undefined);
  t.equal(end(circuit, 1, true), "opened", "ten of the last twenty");
  const other = new Circuit(1);
  end(other, 10, false);
  end(other, 9, true);
  end(other, 20, false);
  t.equal(end(other, 9, true), undefined, "the bad ones of before have left");
  t.same(other.tally, { bad: 9, of: 20 });
});

t.test("what is in flight at once must have ended before it judges", async (t) => {
  const circuit = new Circuit(16);
  t.equal(end(circuit, 15, true), undefined);
  t.equal(end(circuit, 1, true), "opened");
});

t.test("calls that ended more than a minute before the next are forgotten", async (t) => {
  const circuit = new Circuit(1);
  end(circuit, 9, true);
  t.equal(end(circuit, 9, true, now + 60_001), undefined);
  t.equal(end(circuit, 1, true, now + 120_001), "opened", "a minute is not more");
});

t.test("then one call tries; when it ends well all may go on", async (t) => {
  const circuit = opened();
  t.equal(circuit.admit(7, now + 1_000), 1);
  t.equal(circuit.admit(7, now + 5_000), 0, "one only, for as long as it takes");
  t.equal(circuit.ended(false, circuit.round, now + 5_000, 0), "closed");
  t.equal(circuit.admit(7, now + 5_000), 7);
  t.equal(circuit.askAgainAt(now + 5_000), now + 5_000);
  t.equal(end(circuit, 9, true), undefined, "what was before is forgotten");
  t.equal(end(circuit, 1, true), "opened");
  t.equal(circuit.askAgainAt(now), now + 1_000, "and the rests are short again");
});

t.test("each trial that fails makes the rest longer, up to about a minute, without a word", async (t) => {
  const circuit = opened();
  const rests: number[] = [];
  let at = now;
  for (let trial = 0; trial < 8; trial++) {
    rests.push(circuit.askAgainAt(at) - at);
    at = circuit.askAgainAt(at);
    t.equal(circuit.admit(1, at), 1);
    t.equal(circuit.ended(true, circuit.round, at, 0), undefined);
  }
  t.same(
    rests,
    [1, 2, 4, 8, 16, 32, 64, 64].map((seconds) => seconds * 1_000),
  );
});

t.test("chance takes up to half of a rest", async (t) => {
  const circuit = new Circuit(1);
  for (let index = 0; index < 10; index++) circuit.ended(true, 0, now, 0.5);
  t.equal(circuit.askAgainAt(now), now + 750);
});

t.test("calls that were in flight when it opened say nothing", async (t) => {
  const circuit = opened();
  const { round } = circuit;
  t.equal(circuit.ended(false, round - 1, now, 0), undefined);
  t.equal(circuit.admit(1, now + 1_000), 1);
  t.equal(circuit.ended(false, round - 1, now, 0), undefined, "nor while one tries");
  t.equal(circuit.ended(true, round - 1, now, 0), undefined);
  t.equal(circuit.admit(1, now + 1_000), 0);
  t.equal(circuit.ended(false, round, now, 0), "closed");
  end(circuit, 9, true);
  t.equal(circuit.ended(true, round - 1, now, 0), undefined, "nor afterwards");
});

t.test("while one tries, others ask later and later", async (t) => {
  const circuit = opened();
  circuit.admit(1, now + 1_000);
  t.equal(circuit.askAgainAt(now + 1_000), now + 2_000);
  t.equal(circuit.askAgainAt(now + 5_000), now + 9_000);
});

t.test("a trial that is not made is left to the next", async (t) => {
  const circuit = opened();
  t.equal(circuit.admit(0, now + 1_000), 0, "who wants none does not try");
  t.equal(circuit.admit(3, now + 1_000), 1);
  circuit.takeBack(circuit.round - 1, now + 1_000);
  t.equal(circuit.admit(3, now + 1_000), 0, "what an earlier round takes back is not the trial");
  circuit.takeBack(circuit.round, now + 2_000);
  t.equal(circuit.askAgainAt(now + 2_000), now + 2_000);
  t.equal(circuit.admit(3, now + 2_000), 1);
});

t.test("calls taken back change nothing while all is well", async (t) => {
  const circuit = new Circuit(1);
  circuit.takeBack(circuit.round, now);
  t.equal(circuit.admit(3, now), 3);
});

t.test("a clock that is put back ends a rest", async (t) => {
  const circuit = opened();
  t.equal(circuit.askAgainAt(now - 86_400_000), now - 86_400_000);
  t.equal(circuit.admit(3, now - 86_400_000), 1);
  t.equal(circuit.askAgainAt(now - 90_000_000), now - 90_000_000 + 1_000, "while one tries");
});

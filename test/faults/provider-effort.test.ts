import t from "tap";
import type { LedgerView } from "./ledger.js";
import { efforts, storms } from "./provider-effort.js";

/** A sending of each policy in the weather `hail`, with one step each that ended so. */
function ledger(tries: Record<string, string[]>): LedgerView {
  const policies = Object.keys(tries);
  return {
    integrity: "ok",
    sendings: policies.map((policy) => ({
      id: `s-${policy}`,
      execution_id: "e",
      contact_id: `c-${policy}`,
      state: policy === "hold" ? "held" : "completed",
      reason: null,
      step_id: null,
      due_at: null,
      parked_on: null,
      lease_until: null,
      policy,
    })),
    attempts: policies.flatMap((policy) =>
      (tries[policy] ?? []).map((state, index) => ({
        sending_id: `s-${policy}`,
        id: `${policy}${index}`,
        step_id: "one",
        state,
        calling_at: 0,
      })),
    ),
    executions: new Map(),
    contacts: new Map(policies.map((policy, index) => [`c-${policy}`, `hail-1-${index}@faults.example`])),
    lockedJobs: 0,
  };
}

t.test("a doubt may be retried once where the step says so, and every other call is one too many", async (t) => {
  const all = efforts(ledger({ retry: ["uncertain", "accepted"], hold: ["uncertain"] }));
  t.same([...all], [["hail", { sendings: 2, attempts: 3, ideal: 3, doubts: 2, held: 1 }]]);
  t.same(storms(all), []);
});

t.test("half as many again is no storm, more is", async (t) => {
  t.same(storms(efforts(ledger({ retry: ["deferred", "accepted"], hold: ["accepted"] }))), []);
  t.same(storms(efforts(ledger({ retry: ["deferred", "deferred", "accepted"], hold: ["accepted"] }))), [
    "a retry storm in hail: 4 calls where 2 would do",
  ]);
});

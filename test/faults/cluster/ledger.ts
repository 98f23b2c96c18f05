import { MongoClient, type Db } from "mongodb";
import type {
  ContactDocument,
  ExecutionDocument,
  HistoryEntry,
  SendingDocument,
  SequenceDocument,
} from "../../../core/stores/mongodb/documents.js";
import type { LedgerAttempt, LedgerSending, LedgerView } from "../ledger.js";

export interface ClusterLedger extends LedgerView {
  /** Why attempts ended uncertain, and how often. */
  doubts: Record<string, number>;
}

/** Reads a database that no server uses, past the program's own code. */
export async function readClusterLedger(url: string): Promise<ClusterLedger> {
  const client = new MongoClient(url, { readConcernLevel: "majority" });
  try {
    return await read(client.db());
  } finally {
    await client.close();
  }
}

async function read(db: Db): Promise<ClusterLedger> {
  const sequences = await db.collection<SequenceDocument>("sequences").find().toArray();
  const policies = new Map(sequences.map(({ _id, key }) => [_id, key]));
  const executions = await db.collection<ExecutionDocument>("executions").find().toArray();
  const contacts = await db.collection<ContactDocument>("contacts").find().toArray();
  const view: ClusterLedger = {
    doubts: {},
    integrity: await integrity(db),
    sendings: [],
    attempts: [],
    executions: new Map(executions.map((one) => [one._id, { ...one, sendings_created: one.sendingsCreated }])),
    contacts: new Map(contacts.map(({ _id, email }) => [_id, email])),
    lockedJobs: await db.collection("jobs").countDocuments({ lockedAt: { $ne: null } }),
  };
  for await (const document of db.collection<SendingDocument>("sendings").find()) {
    view.sendings.push(sendingOf(document, policies));
    view.attempts.push(...attemptsOf(document._id, document.history));
    for (const entry of document.history) {
      if (entry.kind !== "outcome" || entry.outcome !== "uncertain") continue;
      const said = entry.said ?? "nothing";
      view.doubts[said] = (view.doubts[said] ?? 0) + 1;
    }
  }
  return view;
}

function sendingOf(document: SendingDocument, policies: ReadonlyMap<string, string>): LedgerSending {
  const { _id, executionId, contactId, state, reason, stepId, dueAt, parkedOn, leaseUntil, sequenceId } = document;
  return {
    ...{ id: _id, execution_id: executionId, contact_id: contactId, state, reason, step_id: stepId, due_at: dueAt },
    ...{ parked_on: parkedOn, lease_until: leaseUntil, policy: policies.get(sequenceId) ?? "" },
  };
}

function attemptsOf(sendingId: string, history: readonly HistoryEntry[]): LedgerAttempt[] {
  const outcomes = new Map(
    history.filter((entry) => entry.kind === "outcome").map(({ attemptId, outcome }) => [attemptId, outcome]),
  );
  return history
    .filter((entry) => entry.kind === "call")
    .map(({ attemptId, stepId, at }) => ({
      ...{ sending_id: sendingId, id: attemptId, step_id: stepId },
      ...{ state: outcomes.get(attemptId) ?? "calling", calling_at: at },
    }));
}

async function integrity(db: Db): Promise<string> {
  const damaged: string[] = [];
  for (const name of ["executions", "sendings", "answers"]) {
    const { valid } = await db.command({ validate: name });
    if (valid !== true) damaged.push(name);
  }
  return damaged.length === 0 ? "ok" : `${damaged.join(", ")} not valid`;
}

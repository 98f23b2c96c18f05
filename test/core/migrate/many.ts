import type { Move, StoreDump } from "../../../core/contracts/dump.js";
import { organization, position, start } from "../../../core/contracts/suites/store-stage.js";

const id = (kind: number, n: number) => `0${kind}a00000-0000-7000-8000-${n.toString(16).padStart(12, "0")}`;

/** Fills an empty store with so many contacts, each with a sending that waits, by executions of a hundred. */
export async function fill(dump: StoreDump, count: number): Promise<void> {
  const move: Move = { id: "filling", other: "nowhere", startedAt: start, finishedAt: null, reached: {} };
  for (let from = 0; from < count; from += 1_000) {
    const numbers = Array.from({ length: Math.min(1_000, count - from) }, (_, n) => from + n);
    await dump.write("contacts", numbers.map(contact), move);
    await dump.write("executions", numbers.filter((n) => n % 100 === 0).map(execution), move);
    await dump.write("sendings", numbers.map(sending), move);
  }
  await dump.mark("in", undefined);
}

const contact = (n: number) => ({
  id: id(1, n),
  organization,
  email: `person${n}@example.com`,
  addressHash: Uint8Array.from({ length: 32 }, (_, index) => (n >> (index % 4)) & 0xff),
  ...{
    firstName: `Person ${n}`,
    lastName: "Example",
    phone: null,
    title: null,
    preferredLanguage: "en",
    timeZone: null,
  },
  ...{ locationId: null, customFields: { number: n }, tags: ["many"], unsubscribed: false },
  createdAt: start + n,
  updatedAt: start + n,
});

const sequence = { sequenceId: id(9, 1), sequenceVersion: 1 };

const execution = (n: number) => ({
  ...{
    id: id(2, n / 100),
    organization,
    ...sequence,
    source: "api",
    eventId: null,
    entity: null,
    status: "running" as const,
  },
  ...{ contactsProcessed: 100, sendingsCreated: 100, startAt: start, dueAt: start, createdAt: start + n },
});

const sending = (n: number) => ({
  ...{
    id: id(3, n),
    organization,
    executionId: id(2, Math.floor(n / 100)),
    ...sequence,
    purpose: "transactional" as const,
  },
  ...{ contactId: id(1, n), locationId: null, employeeId: null, entity: null, context: { order: `${n}` } },
  ...position({ stepIndex: 1, stepId: "later", stage: "inside" }),
  ...{ handedOver: 1, attemptId: null, leaseUntil: null, createdAt: start + n, updatedAt: start + n },
  notes: [{ at: start + n, kind: "waiting" as const, stepId: "later", reason: null, note: "until later" }],
  attempts: [
    {
      ...{
        id: id(4, n),
        stepId: "hello",
        channel: "email",
        state: "accepted" as const,
        reason: null,
        providerId: `p${n}`,
      },
      ...{ claimedAt: start, callingAt: start, settledAt: start, afterNotes: 0 },
    },
  ],
});

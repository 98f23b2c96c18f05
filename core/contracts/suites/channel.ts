import assert from "node:assert/strict";
import type { Channel, Message } from "../channel.js";
import { withSubject, type Subject, type Test } from "./suite.js";

/** Long enough for a busy machine, short enough to tell "soon" from "at the timeout" of a real channel. */
const SOON = 2000;
const statuses = ["accepted", "rejected", "deferred", "uncertain"];

/** One message as it arrived at the far end of the channel. */
export interface Arrival {
  attemptId: string | null;
  to: string | null;
  subject: string | null;
  /** The mail headers that came with it, beside those that every mail has. */
  headers: Readonly<Record<string, string>>;
}

/** A channel with its far end: a fake provider, or what it captures into. */
export interface ChannelSubject {
  channel: Channel;
  /** Everything that ever arrived, oldest first. */
  journal(): Promise<readonly Arrival[]>;
  /** From now on the far end takes messages and says nothing. */
  stall(): Promise<void>;
  /** Resolves when the far end has taken `count` messages in all. */
  arrived(count: number): Promise<void>;
}

/** What every channel must hold to. `make` gives one that accepts, whose timeout is at most a second. */
export function channelSuite(test: Test, make: () => Promise<Subject<ChannelSubject>>): void {
  const check = (name: string, body: (subject: ChannelSubject) => Promise<void>): void => {
    void test(name, () => withSubject(make, body));
  };

  check("says what it is and what it can take", async ({ channel }) => {
    assert.match(channel.use, /^[a-z][a-z0-9-]*$/);
    assert.ok(Number.isInteger(channel.concurrency) && channel.concurrency >= 1);
    assert.ok(channel.timeout > 0 && channel.timeout <= 1000, "the subject's timeout is at most a second");
  });

  check("hands a message over, once", async ({ channel, journal }) => {
    const outcome = await channel.send(message("one"), never());
    assert.equal(outcome.status, "accepted");
    const arrivals = await journal();
    assert.deepEqual(
      arrivals.map(({ attemptId, to, subject }) => ({ attemptId, to, subject })),
      [{ attemptId: "one", to: "ann@example.com", subject: "Hello Ann" }],
    );
    assert.deepEqual(arrivals[0]?.headers, message("one").headers);
  });

  check("takes a message with nothing but what is required, and one with everything", async ({ channel, journal }) => {
    const { to, ...rest } = message("least");
    assert.equal((await channel.send({ ...rest, to: { email: to.email }, headers: {} }, never())).status, "accepted");
    const full: Partial<Message> = {
      from: { email: "desk@example.com", name: "Desk, 2nd floor" },
      replyTo: { email: "answers@example.com", name: "Ünïcode 🐇" },
      html: "<p>Hello</p>",
    };
    assert.equal((await channel.send({ ...message("most"), ...full }, never())).status, "accepted");
    assert.equal((await journal()).length, 2);
  });

  check("takes more calls side by side than it has places, each once", async ({ channel, journal }) => {
    const names = Array.from({ length: channel.concurrency * 2 }, (_, index) => `side-${index}`);
    const outcomes = await Promise.all(names.map((name) => channel.send(message(name), never())));
    assert.deepEqual(new Set(outcomes.map(({ status }) => status)), new Set(["accepted"]));
    assert.deepEqual((await journal()).map(({ attemptId }) => attemptId).sort(), names.sort());
  });

  check("does not begin a call that was given up before", async ({ channel, journal }) => {
    const outcome = await soon(channel.send(message("early"), AbortSignal.abort()));
    assert.equal(outcome.status, "deferred");
    assert.deepEqual(await journal(), []);
  });

  check("is in doubt soon after a call is given up that has arrived", async ({ channel, journal, stall, arrived }) => {
    await stall();
    const giveUp = new AbortController();
    const outcome = channel.send(message("late"), giveUp.signal);
    await arrived(1);
    giveUp.abort();
    assert.equal((await soon(outcome)).status, "uncertain");
    assert.equal((await journal()).length, 1);
  });

  check("answers within its timeout when the far end does not", async ({ channel, journal, stall }) => {
    await stall();
    const outcome = await soon(channel.send(message("stalled"), never()));
    const { length } = await journal();
    assert.ok(length <= 1, "at most one call was made");
    assert.equal(outcome.status, length === 1 ? "uncertain" : "deferred");
  });

  check("leaves no listener on a signal that lives as long as the process", async ({ channel }) => {
    const { signal, listeners } = watched();
    await Promise.all(["a", "b", "c"].map((name) => channel.send(message(name), signal)));
    assert.equal(listeners(), 0);
  });

  for (const [what, hostile] of hostileParts()) {
    check(`lets no header in by ${what}`, async ({ channel, journal }) => {
      const outcome = await soon(channel.send({ ...message("hostile"), ...hostile }, never()));
      assert.ok(statuses.includes(outcome.status));
      const arrivals = await journal();
      assert.ok(arrivals.length <= 1);
      for (const { headers, subject, to } of arrivals) {
        assert.doesNotMatch(`${subject}${to}${Object.values(headers).join()}`, /\p{Cc}/u);
        for (const name of Object.keys(headers)) assert.match(name, /^(?:List|X)-[A-Za-z0-9-]+$/);
      }
    });
  }

  void test("closes after its last answer", async () => {
    const { subject, close } = await make();
    try {
      assert.equal((await subject.channel.send(message("last"), never())).status, "accepted");
    } finally {
      await soon(close());
    }
  });
}

/** A message that every channel accepts. `attemptId` tells it apart. */
export function message(attemptId: string): Message {
  return {
    organization: "default",
    sendingId: `sending-${attemptId}`,
    attemptId,
    stepId: "hello",
    category: "welcome",
    to: { email: "ann@example.com", name: "Ann" },
    subject: "Hello Ann",
    text: "Hello\nAnn",
    headers: { "List-Unsubscribe": "<https://example.com/u/1>", "X-Sending-Id": `sending-${attemptId}` },
  };
}

/** What must not get a line of its own into a mail. */
export function hostileParts(): [what: string, part: Partial<Message>][] {
  return [
    ["a line break in the subject", { subject: "Hello\r\nBcc: eve@example.com" }],
    ["a bare line feed in the subject", { subject: "Hello\nBcc: eve@example.com" }],
    ["a NUL in the subject", { subject: "Hello\0" }],
    ["a line break in the recipient's name", { to: { email: "ann@example.com", name: "Ann\r\nBcc: eve@example.com" } }],
    ["a line break in an address", { to: { email: "ann@example.com\r\nBcc: eve@example.com" } }],
    ["a line break in the sender's name", { from: { email: "desk@example.com", name: "Desk\nBcc: eve@example.com" } }],
    [
      "a line break in where answers go",
      { replyTo: { email: "desk@example.com", name: "Desk\r\nTo: eve@example.com" } },
    ],
    ["a line break in a header's value", { headers: { "X-Note": "a\r\nBcc: eve@example.com" } }],
    ["a line break in a header's name", { headers: { "X-Note\r\nBcc": "eve@example.com" } }],
    ["a header that is not on the list", { headers: { Bcc: "eve@example.com" } }],
    ["a header of the request", { headers: { Authorization: "Bearer EVIL" } }],
    ["a header that names none", { headers: { "": "x" } }],
  ];
}

function never(): AbortSignal {
  return new AbortController().signal;
}

/** A signal that counts who listens to it. */
function watched(): { signal: AbortSignal; listeners: () => number } {
  const signal = never();
  let count = 0;
  const add = signal.addEventListener.bind(signal) as (...args: unknown[]) => void;
  const remove = signal.removeEventListener.bind(signal) as (...args: unknown[]) => void;
  signal.addEventListener = (...args: unknown[]) => ((count += 1), add(...args));
  signal.removeEventListener = (...args: unknown[]) => ((count -= 1), remove(...args));
  return { signal, listeners: () => count };
}

async function soon<T>(promise: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Nothing came within ${SOON} ms`)), SOON);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

import { limiter, type Limited } from "./sendgrid-limit.js";

/** What the fake does with a request that is as it should be. Every one is written to the journal before anything is answered. */
export type Behaviour =
  | {
      do: "answer";
      status: number;
      body?: string;
      headers?: Record<string, string>;
      afterMs?: number;
      resetInSeconds?: number;
    }
  /** Reads the request and never answers. */
  | { do: "hang" }
  /** Answers 202 with a head, and then a byte every `everyMs` without end. */
  | { do: "drip"; everyMs: number }
  /** Answers 200 with a body of `bytes`, as fast as it is read. */
  | { do: "flood"; bytes: number }
  /** Resets the connection before it reads the body: the journal then knows no ids. */
  | { do: "reset-before-body" }
  | { do: "reset-after-body" }
  /** Answers 202 as if the connection were to be kept, and closes it. */
  | { do: "close-after" }
  /** Answers something that is not HTTP. */
  | { do: "garbage" };

const json = { "content-type": "application/json" };

/** Each answer that a provider, or something before it, has been seen to give, by name. */
export const presets = {
  accepted: { do: "answer", status: 202 },
  sandbox: { do: "answer", status: 200 },
  "400": errorAnswer(400, "Does not contain a valid address.", "personalizations.0.to.0.email"),
  "401": errorAnswer(401, "The provided authorization grant is invalid, expired, or revoked"),
  "403": errorAnswer(403, "The from address does not match a verified Sender Identity.", "from"),
  "404": errorAnswer(404, "not found"),
  "405": errorAnswer(405, "method not allowed"),
  "406": errorAnswer(406, "missing Accept header"),
  "413": errorAnswer(413, "payload too large"),
  "429": { ...errorAnswer(429, "too many requests"), resetInSeconds: 30 },
  "429-without-reset": errorAnswer(429, "too many requests"),
  "429-retry-after": { ...errorAnswer(429, "too many requests"), headers: { ...json, "retry-after": "7" } },
  "451": errorAnswer(451, "unavailable in your region"),
  "500": errorAnswer(500, "internal error"),
  "502": { do: "answer", status: 502, headers: { "content-type": "text/html" }, body: "<h1>Bad gateway</h1>" },
  "503": errorAnswer(503, "service unavailable"),
  "504": errorAnswer(504, "gateway time-out"),
  teapot: { do: "answer", status: 418 },
  html: {
    do: "answer",
    status: 200,
    headers: { "content-type": "text/html" },
    body: "<html>Log in to the network</html>",
  },
  redirect: { do: "answer", status: 307, headers: { location: "/v3/mail/send?again" } },
  "wrong-content-type": { do: "answer", status: 200, headers: { "content-type": "image/png" }, body: "\u0089PNG" },
  slow: { do: "answer", status: 202, afterMs: 1000 },
  hang: { do: "hang" },
  drip: { do: "drip", everyMs: 100 },
  flood: { do: "flood", bytes: 1_000_000_000 },
  "reset-before-body": { do: "reset-before-body" },
  "reset-after-body": { do: "reset-after-body" },
  "close-after": { do: "close-after" },
  garbage: { do: "garbage" },
} as const satisfies Record<string, Behaviour>;

export type Preset = keyof typeof presets;

/** When to behave otherwise than to accept. All conditions of a rule must hold; the first rule that applies decides. */
export interface Rule {
  do: Preset | Behaviour | Limited;
  /** The recipient. A rule with it cannot reset before the body, which names the recipient. */
  to?: string;
  /** A header of the HTTP request, in lower case, and its value. */
  header?: [name: string, value: string];
  /** Which of the requests that fulfil the conditions above, counted from 1. */
  nth?: number[];
  /** In [0, 1]; drawn from the script's seed. */
  probability?: number;
}

export interface Script {
  seed?: number;
  rules: Rule[];
}

/** An error as SendGrid words it. */
export function errorAnswer(
  status: number,
  message: string,
  field: string | null = null,
): Behaviour & { do: "answer" } {
  return { do: "answer", status, headers: json, body: JSON.stringify({ errors: [{ message, field, help: null }] }) };
}

/** What a rule looks at. `to` is undefined while only the head of the request is known. */
export interface Call {
  to?: string | undefined;
  headers: NodeJS.Dict<string | string[]>;
}

/** Reads a script: what to do with a request of which only the head is known (`undefined`: read on), and with a whole one. */
export function performer({ seed = 1, rules }: Script): {
  atHead(call: Call): Behaviour | undefined;
  atBody(call: Call): Behaviour;
} {
  const judged = rules.map((rule, index) => {
    const told = typeof rule.do === "string" ? presets[rule.do] : rule.do;
    return { does: told.do, behave: behaviourOf(told), applies: judge(rule, dice(seed + index)) };
  });
  const atHead = judged.filter(({ does }) => does === "reset-before-body");
  const atBody = judged.filter(({ does }) => does !== "reset-before-body");
  return {
    atHead: (call) => atHead.find(({ applies }) => applies(call))?.behave(),
    atBody: (call) => atBody.find(({ applies }) => applies(call))?.behave() ?? presets.accepted,
  };
}

function behaviourOf(told: Behaviour | Limited): () => Behaviour {
  if (told.do !== "limited") return () => told;
  const limit = limiter(told);
  return () => {
    const { isOver, headers } = limit();
    const answer: Behaviour & { do: "answer" } = isOver ? errorAnswer(429, "too many requests") : presets.accepted;
    return { ...answer, headers: { ...answer.headers, ...headers } };
  };
}

function judge({ to, header, nth, probability }: Rule, chance: () => number): (call: Call) => boolean {
  let count = 0;
  return (call) => {
    if (to !== undefined && call.to !== to) return false;
    if (header && call.headers[header[0]] !== header[1]) return false;
    count += 1;
    if (nth && !nth.includes(count)) return false;
    return probability === undefined || chance() < probability;
  };
}

/** Mulberry32. */
function dice(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

import type { Rule } from "../fakes/sendgrid-behaviour.js";

/** One way in which a provider is ill. */
export interface Weather {
  name: string;
  rules: Rule[];
  /** How long it lasts: until the channel's circuit has opened, or until every sending is done. */
  lasts: "until-open" | "to-the-end";
  /** Whether the circuit opens; left out where chance decides. */
  opens?: boolean;
  /** So many times as many people as in others: enough that chance does decide. */
  crowd?: number;
}

/** Each weather that SendGrid has been seen in, and those that something before it makes. */
export const weathers: readonly Weather[] = [
  { name: "500-30", rules: [{ do: "500", probability: 0.3 }], lasts: "to-the-end" },
  { name: "503-50", rules: [{ do: "503", probability: 0.5 }], lasts: "to-the-end", opens: true, crowd: 2 },
  ...(["500", "502", "503", "504", "teapot", "hang", "reset-before-body", "reset-after-body"] as const).map(always),
  ...(["flood", "html", "redirect", "wrong-content-type", "garbage"] as const).map(always),
  // The head of the answer proves that the message was taken.
  { name: "drip", rules: [{ do: "drip", nth: first(10) }], lasts: "to-the-end", opens: false },
  { name: "close-after", rules: [{ do: "close-after", probability: 0.5 }], lasts: "to-the-end", opens: false },
  refusal("429-reset", { do: tooMany({ resetInSeconds: 1 }), nth: [1, 2, 3, 40] }),
  refusal("429-retry-after", { do: tooMany({ headers: { "retry-after": "1" } }), nth: [1, 2, 3, 40] }),
  refusal("429-without-reset", { do: "429-without-reset", nth: first(12) }),
  refusal("429-limited", { do: { do: "limited", calls: 40, everySeconds: 2 } }),
];

function always(preset: Rule["do"] & string): Weather {
  return { name: preset, rules: [{ do: preset }], lasts: "until-open", opens: true };
}

function refusal(name: string, rule: Rule): Weather {
  return { name, rules: [rule], lasts: "to-the-end", opens: false };
}

function tooMany(says: { resetInSeconds?: number; headers?: Record<string, string> }): Rule["do"] {
  return { do: "answer", status: 429, body: JSON.stringify({ errors: [{ message: "too many requests" }] }), ...says };
}

function first(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

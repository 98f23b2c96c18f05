import type { Random } from "../random.js";
import type { Delivery, Story } from "./story.js";

export const leads = { name: "leads", secret: "token-of-the-faults" };

const latest = 1_000;

/** Somebody who asks, told by a tool that may not try again, and who may ask twice. */
export function lead(number: number, random: Random): Story {
  const email = `lead-${number}@faults.example`;
  const insists = random.next() < 0.5;
  const told = (time: number, after: number): Delivery => {
    const id = `${number}-${time}`;
    return {
      source: leads.name,
      id: `dedupe:${id}`,
      headers: { "content-type": "application/json", authorization: `Bearer ${leads.secret}` },
      body: JSON.stringify({ id, type: "lead", person: { email, name: "Ann" } }),
      after,
      insists,
    };
  };
  const deliveries = [told(1, 0)];
  if (random.next() < 0.2) deliveries.push(told(2, random.between(0, latest)));
  return { email, deliveries, runs: [{ sequence: "welcome", ends: "whole", steps: ["hello", "tips"] }] };
}

import type { Document } from "mongodb";

/** An attempt is named by the claim that it is of, which took several sendings at once, and by its sending: one update can name them all. */
export function attemptIdOf(claim: string, sendingId: string): string {
  return `${claim}.${sendingId}`;
}

/** The claim that named the attempt; `undefined` when it got its name elsewhere, as in a store that was moved here. */
export function claimOf(attemptId: string, sendingId: string): string | undefined {
  return attemptId.endsWith(`.${sendingId}`) ? attemptId.slice(0, -sendingId.length - 1) : undefined;
}

/** In an expression: `attemptIdOf` the sending that it is evaluated for. */
export function attemptIdIn(claim: string): Document {
  return { $concat: [`${claim}.`, "$_id"] };
}

import type { Document } from "mongodb";

interface Named {
  attemptId: string;
  sendingId: string;
}

/** An attempt is named by its claim, which takes several sendings at once, and by its sending: so one update can name those of all of them. */
export function attemptIdOf(claim: string, sendingId: string): string {
  return `${claim}.${sendingId}`;
}

/** In an expression: `attemptIdOf` the document that it is evaluated for. */
export function attemptIdIn(claim: string): Document {
  return { $concat: [`${claim}.`, "$_id"] };
}

/** In an expression: the name of the attempt, and of the other ones of its claim for their sendings. */
export function namedIn({ attemptId, sendingId }: Named): Document {
  const claim = claimOf({ attemptId, sendingId });
  return claim === undefined ? { $literal: attemptId } : attemptIdIn(claim);
}

/** What attempts of one claim have in common. One that got its name elsewhere, as in a store that was moved here, stands alone. */
export function claimOrItself(named: Named): string | [string] {
  return claimOf(named) ?? [named.attemptId];
}

function claimOf({ attemptId, sendingId }: Named): string | undefined {
  return attemptId.endsWith(`.${sendingId}`) ? attemptId.slice(0, -sendingId.length - 1) : undefined;
}

import { nearest } from "../contracts/nearest.js";

/** `Did you mean "…"?` when one of `names` is close to `word`, else `otherwise`. */
export function didYouMean(word: string, names: Iterable<string>, otherwise: string): string {
  const near = nearest(word, names);
  return near === undefined ? otherwise : `Did you mean "${near}"?`;
}

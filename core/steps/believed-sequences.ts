import { Belief } from "../contracts/belief.js";
import type { Clock } from "../contracts/clock.js";
import type { Duration, Sequence } from "../contracts/model.js";
import type { SequenceShelf } from "../contracts/store.js";

/** How long another process may have published a sequence, or paused one, before this one notices. */
const belief: Duration = 250;

/** The shelf of a store, which each call and each execution asks for its sequence: it is asked a few times a second. */
export function believedSequences(shelf: SequenceShelf, clock: Clock): SequenceShelf {
  const found = new Belief<Sequence>(belief);
  const believed = (key: string, ask: () => Promise<Sequence | undefined>) => found.learn(key, clock.now(), ask);
  return {
    ...shelf,
    find: (organization, idOrKey) => believed(`${organization} ${idOrKey}`, () => shelf.find(organization, idOrKey)),
    byId: (id) => believed(id, () => shelf.byId(id)),
  };
}

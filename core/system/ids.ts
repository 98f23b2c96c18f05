import { v7 } from "uuid";
import type { Ids } from "../contracts/clock.js";

/** UUIDv7s, in order also within a millisecond, and the machine's own chance. */
export const systemIds: Ids = {
  next: () => v7(),
  chance: () => Math.random(),
};

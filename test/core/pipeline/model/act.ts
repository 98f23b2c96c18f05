import type { ContactPatch } from "../../../../core/contracts/rules.js";
import type { Call } from "./guests.js";
import type { Behaviour, Kind } from "./world.js";

/** An execute call as it is drawn: its time is counted from when it is made. */
export interface Draft extends Omit<Call, "scheduledAt"> {
  scheduledIn?: number;
  /** Names the sequence by its id. */
  byId: boolean;
}

/** One thing that happens, as plain data. `which` counts the sendings or the keyed calls so far, from the newest. */
export type Act =
  | { do: "execute"; draft: Draft }
  | { do: "race"; drafts: Draft[] }
  | { do: "repeat"; which: number; changed: boolean; times: number }
  | PersonAct
  | HandAct
  | { do: "tick"; by: number }
  | { do: "sleep"; by: number }
  | { do: "behave"; behaviour: Behaviour }
  | { do: "resume channel" }
  | { do: "status"; sequence: string; status: "active" | "paused" | "draft" }
  | { do: "crash" }
  | { do: "story"; acts: Act[] }
  | { do: "flight"; draft: Draft | null; meanwhile: Act[]; jump: number; end: "land" | "crash"; late: Kind | null };

export type PersonAct =
  | { do: "create"; email: string; firstName: string }
  | { do: "patch"; email: string; patch: ContactPatch }
  | { do: "opt out" | "opt in" | "remove" | "erase" | "suppress"; email: string };

export interface HandAct {
  do: "retry" | "skip" | "cancel" | "cancel execution";
  which: number;
}

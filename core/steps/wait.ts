import type { StepType } from "../contracts/step.js";
import { parseDuration } from "../schedule/duration.js";
import { problem } from "./problems.js";
import { readUntil, untilAction, type UntilSettings } from "./wait-until.js";

const HINT = "Write 90s, 30m, 2h, 3d, 1w, or ISO 8601 as P1DT12H; or a map with until";

/** Lets a duration pass, counted from when the step begins; or waits until a time that an expression gives. */
export const wait: StepType = {
  name: "wait",
  needsEntity: (settings) => settings["entity"] === true,
  read(value, reading) {
    if (typeof value === "object" && value !== null && "until" in value) return readUntil(value, reading);
    const duration = typeof value === "string" ? parseDuration(value) : undefined;
    if (duration !== undefined) return { settings: { duration } };
    return { problems: [problem([], "duration", "`wait` must be a duration", HINT)] };
  },
  prepare({ settings }, _sequence, _values, _letters, times) {
    // The settings are those that `read` made.
    if ("until" in settings) return untilAction(settings as UntilSettings, times);
    const duration = settings["duration"] as number;
    return ({ now }) => (duration === 0 ? { do: "continue" } : { do: "wait", until: now + duration });
  },
};

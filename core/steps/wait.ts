import type { StepType } from "../contracts/step.js";
import { parseDuration } from "../schedule/duration.js";
import { problem } from "./problems.js";

/** Lets a duration pass, counted from when the step begins. */
export const wait: StepType = {
  name: "wait",
  read(value) {
    if (typeof value === "object" && value !== null && "until" in value) {
      return {
        problems: [
          problem(
            ["until"],
            "not-built",
            "Waiting until a time is not built yet",
            "Wait for a duration, as in `wait: 2d`",
          ),
        ],
      };
    }
    const duration = typeof value === "string" ? parseDuration(value) : undefined;
    if (duration !== undefined) return { settings: { duration } };
    return {
      problems: [
        problem([], "duration", "`wait` must be a duration", "Write 90s, 30m, 2h, 3d, 1w, or ISO 8601 as P1DT12H"),
      ],
    };
  },
  prepare({ settings }) {
    const duration = settings["duration"] as number;
    return ({ now }) => (duration === 0 ? { do: "continue" } : { do: "wait", until: now + duration });
  },
};

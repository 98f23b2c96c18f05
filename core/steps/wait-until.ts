import Joi from "joi";
import type { Duration } from "../contracts/model.js";
import type { StepAction, StepProblem, StepReading, StepView, Times } from "../contracts/step.js";
import { parseSignedDuration } from "../schedule/duration.js";
import { problem, problemsOf } from "./problems.js";

/** A wait until a time, as a version keeps it. */
export type UntilSettings = {
  /** CEL. */
  until: string;
  offset: Duration;
  ifPast: "continue" | "exit";
  /** `until` reads the entity: without one it gives no time, and when its times change the wait is begun again. */
  entity: boolean;
};

interface UntilFile {
  until: string;
  offset?: string;
  ifPast?: UntilSettings["ifPast"];
}

const offset = Joi.string()
  .custom((text: string, helpers) => (parseSignedDuration(text) === undefined ? helpers.error("any.offset") : text))
  .messages({ "any.offset": "{#label} must be a duration, as -1d or 2h" });

const schema = Joi.object<UntilFile>({
  until: Joi.string().required(),
  offset,
  ifPast: Joi.valid("continue", "exit"),
})
  .required()
  .label("wait");

/** Reads `wait: { until, offset, ifPast }`. */
export function readUntil(
  value: unknown,
  { time }: StepReading,
): { settings: UntilSettings } | { problems: StepProblem[] } {
  const problems = problemsOf(schema, value);
  const file = value as UntilFile;
  const read = typeof file.until === "string" && file.until !== "" ? time(file.until) : undefined;
  if (read && "message" in read) problems.push({ ...problem(["until"], "condition", ""), ...read });
  if (problems.length > 0 || !read || "message" in read) return { problems };
  const { until, offset: shift = "0s", ifPast = "continue" } = file;
  return { settings: { until, offset: parseSignedDuration(shift) ?? 0, ifPast, entity: read.entity } };
}

/** Waits until the time, or goes on or ends when it has passed. Where there is no time the sending is held, and its note says why. */
export function untilAction(settings: UntilSettings, times: Times): (view: StepView) => StepAction {
  const { offset: shift, ifPast, entity: anchored } = settings;
  const time = times(settings.until);
  return (view) => {
    const at = time(view);
    if (typeof at !== "number") return { do: "hold", reason: "no_time", note: at.none, anchored };
    const until = at + shift;
    if (until > view.now) return { do: "wait", until, anchored };
    return ifPast === "exit" ? { do: "cancel", reason: "past" } : { do: "continue" };
  };
}

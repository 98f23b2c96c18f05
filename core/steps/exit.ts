import Joi from "joi";
import type { StepType } from "../contracts/step.js";
import { problemsOf } from "./problems.js";

const schema = Joi.object({}).required().label("exit");

/** Ends the sending, `completed`. */
export const exit: StepType = {
  name: "exit",
  read(value) {
    const problems = problemsOf(schema, value);
    return problems.length > 0 ? { problems } : { settings: {} };
  },
  prepare: () => () => ({ do: "exit" }),
};

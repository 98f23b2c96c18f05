import type { StepType } from "../contracts/step.js";
import { email } from "./email.js";
import { exit } from "./exit.js";
import { wait } from "./wait.js";

/** Every kind of step there is, by the key that it stands under in a file. */
export const stepTypes: ReadonlyMap<string, StepType> = new Map([email, wait, exit].map((type) => [type.name, type]));

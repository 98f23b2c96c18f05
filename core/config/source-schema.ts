import Joi from "joi";
import type { SourceStatus } from "../contracts/source.js";
import { oneOf } from "./schema.js";

/** A source as it is written. Its plugin reads the options. */
export interface SourceEntry {
  use: string;
  options?: Record<string, unknown>;
  status?: SourceStatus;
}

/** What may stand in `sources/<name>.yaml`. */
export const sourceSchema: Joi.ObjectSchema<SourceEntry> = Joi.object({
  use: Joi.string().required(),
  options: Joi.object(),
  status: oneOf(["running", "paused", "stopped"]),
});

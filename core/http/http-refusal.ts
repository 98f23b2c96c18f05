import type { JsonObject } from "../contracts/model.js";

export interface RefusalExtras {
  details?: JsonObject;
  /** Stands beside `message`. */
  requiredScope?: string;
  headers?: Readonly<Record<string, string>>;
}

/** A request that is refused for a reason that only HTTP knows: who asks, how often, with which verb or type. */
export class HttpRefusal extends Error {
  override readonly name = "HttpRefusal";
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly extras: RefusalExtras = {},
  ) {
    super(message);
  }
}

import type { Channel } from "../contracts/channel.js";
import type { Clock, Ids } from "../contracts/clock.js";
import type { Log } from "../contracts/log.js";
import { Gate } from "./gate.js";
import { Lane } from "./lane.js";

/** A channel with what all executions that use it share: its places in flight, and the gate before them. */
export class Line {
  readonly lane: Lane;
  readonly gate: Gate;

  constructor(
    readonly name: string,
    readonly channel: Channel,
    clock: Clock,
    ids: Ids,
    log: Log,
  ) {
    this.lane = new Lane(channel.concurrency);
    this.gate = new Gate(name, channel.concurrency, clock, ids, log);
  }
}

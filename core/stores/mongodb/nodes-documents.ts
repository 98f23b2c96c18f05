import type { Collection } from "mongodb";
import type { Duration } from "../../contracts/model.js";

/** A process of the cluster. Times are the database's. */
export interface NodeDocument {
  /** Its name. */
  _id: string;
  /** Which start of this name it is. */
  incarnation: string;
  role: string;
  version: string;
  host: string;
  /** See `placeHere`. */
  place: string;
  pid: number;
  started: Date;
  /** Its last heartbeat. */
  seen: Date;
  /** Without a heartbeat for so long it is dead. */
  lease: Duration;
}

export type NodeDocuments = Collection<NodeDocument>;

/** Whether the node was seen within its lease, for `$expr` and projections. */
export const isAlive = { $gte: ["$seen", { $subtract: ["$$NOW", "$lease"] }] };

/** Under which id a node holds locks. */
export function holderOf({ _id, incarnation }: Pick<NodeDocument, "_id" | "incarnation">): string {
  return `${_id}/${incarnation}`;
}

import type { Store } from "../../contracts/store.js";
import type { Schedulers } from "../../contracts/suites/jobs-parts.js";
import type { Servers } from "../../contracts/suites/pipeline-parts.js";
import type { Subject } from "../../contracts/suites/suite.js";

/** A place beside the store of a server config where the suites may do as they like. */
export interface Ground {
  /** As a person knows it. */
  readonly place: string;
  /** Whether several servers may work on it at once. */
  readonly isShared: boolean;
  /** Each is empty at first, and gives back what it opened at `close`. */
  store(): Promise<Subject<Store>>;
  schedulers(): Promise<Subject<Schedulers>>;
  servers(): Promise<Subject<Servers>>;
  /** Leaves nothing of it behind. */
  remove(): Promise<void>;
}

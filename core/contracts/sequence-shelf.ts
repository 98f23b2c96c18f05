import type { Instant, Sequence, SequenceDefinition, SequenceStatus, SequenceVersion } from "./model.js";
import type { Page, PageRequest } from "./paging.js";

/** A sequence as the project has it. */
export interface PublishedSequence {
  id: string;
  key: string;
  name: string;
  status: SequenceStatus;
  definition: SequenceDefinition;
}

export interface SequenceShelf {
  /**
   * Makes the store's sequences of the organization those of the project: a changed definition becomes the next version, an equal one
   * none; a sequence that is not in the list any more is `archived`.
   */
  publish(organization: string, sequences: readonly PublishedSequence[], now: Instant): Promise<void>;
  /** By key. */
  list(organization: string, page: PageRequest): Promise<Page<Sequence>>;
  /** By UUID, else by key. */
  find(organization: string, idOrKey: string): Promise<Sequence | undefined>;
  byId(id: string): Promise<Sequence | undefined>;
  version(sequenceId: string, version: number): Promise<SequenceVersion | undefined>;
}

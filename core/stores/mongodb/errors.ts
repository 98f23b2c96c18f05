import {
  MongoBulkWriteError,
  MongoClientClosedError,
  MongoError,
  MongoErrorLabel,
  MongoNetworkError,
  MongoNotConnectedError,
  MongoOperationTimeoutError,
  MongoServerError,
  MongoServerSelectionError,
  MongoTopologyClosedError,
  MongoWriteConcernError,
} from "mongodb";
import { StoreUnavailable } from "../../contracts/errors.js";

/**
 * Codes by which a server says "not now": away from its peers or from its primary, stepping down, shutting down, interrupted, out of time,
 * of disk, or in conflict with somebody else's transaction for too long.
 */
const unavailable = new Set<number | string | undefined>([
  6, 7, 24, 43, 50, 64, 89, 91, 100, 112, 133, 134, 175, 189, 202, 225, 237, 244, 251, 262, 290, 317, 384, 9001, 10107,
  11600, 11601, 11602, 13388, 13435, 13436, 14031,
]);

/** By which a socket says that there is nobody at its other end: the driver lets some of them through as they are. */
const sockets = new Set<string | undefined>([
  "ECONNABORTED",
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EPIPE",
  "ERR_STREAM_DESTROYED",
  "ERR_STREAM_PREMATURE_CLOSE",
  "ERR_STREAM_WRITE_AFTER_END",
  "ETIMEDOUT",
]);

const labels = [
  MongoErrorLabel.TransientTransactionError,
  MongoErrorLabel.UnknownTransactionCommitResult,
  MongoErrorLabel.RetryableWriteError,
];

/** What a caller of the store is told: whatever may be otherwise in a moment is `StoreUnavailable`, the rest stays. */
export function storeError(cause: unknown): unknown {
  const known = unwrapped(cause);
  if (!isUnavailable(known)) return cause;
  return new StoreUnavailable(`MongoDB cannot be used now (${nameOf(known)})`, { cause });
}

/** A document with one of these unique values is there already. */
export function isDuplicate(cause: unknown): boolean {
  return cause instanceof MongoServerError && cause.code === 11000;
}

/** What kept a bulk write from the server the driver has wrapped, without its kind. */
function unwrapped(cause: unknown): unknown {
  const inner: unknown = cause instanceof MongoBulkWriteError ? cause.errorResponse : undefined;
  return inner instanceof Error ? inner : cause;
}

function isUnavailable(cause: unknown): cause is Error {
  if (!(cause instanceof MongoError))
    return cause instanceof Error && sockets.has((cause as NodeJS.ErrnoException).code);
  if (labels.some((label) => cause.hasErrorLabel(label))) return true;
  if (cause instanceof MongoBulkWriteError && cause.result.getWriteConcernError()) return !isDuplicate(cause);
  if (cause instanceof MongoServerError) return cause instanceof MongoWriteConcernError || unavailable.has(cause.code);
  return (
    cause instanceof MongoNetworkError ||
    cause instanceof MongoServerSelectionError ||
    cause instanceof MongoOperationTimeoutError ||
    cause instanceof MongoNotConnectedError ||
    cause instanceof MongoTopologyClosedError ||
    cause instanceof MongoClientClosedError ||
    // The driver does not export these: its pool had no connection in time, or is closed.
    ["MongoWaitQueueTimeoutError", "MongoPoolClosedError"].includes(cause.name)
  );
}

function nameOf(cause: Error): string {
  const { codeName, code } = cause as { codeName?: string; code?: unknown };
  return codeName ?? (typeof code === "string" ? code : cause.name);
}

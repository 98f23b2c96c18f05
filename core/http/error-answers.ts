import type { Boom } from "@hapi/boom";
import { Refusal, StoreUnavailable, type RefusalCode } from "../contracts/errors.js";
import type { JsonObject } from "../contracts/model.js";
import { HttpRefusal, type RefusalExtras } from "./http-refusal.js";

/** Seconds after which a caller may try again when the store could not answer. */
const RETRY_AFTER = "1";

const refusalStatus: Readonly<Record<RefusalCode, number>> = {
  VALIDATION_ERROR: 400,
  NOT_FOUND: 404,
  CONFLICT: 409,
  SEQUENCE_NOT_ACTIVE: 409,
  SEQUENCE_EMPTY: 409,
  NO_ELIGIBLE_CONTACTS: 422,
  UNKNOWN_LOCATION: 422,
  UNKNOWN_EMPLOYEE: 422,
  ENTITY_REQUIRED: 422,
  IDEMPOTENCY_KEY_REUSED: 422,
};

export interface ErrorAnswer {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: { error: { code: string; message: string; requiredScope?: string; details?: JsonObject } };
}

/** What a caller is told of an error. The only place where errors become HTTP. Never tells a stack or a cause. */
export function errorAnswer(error: Error, requestId: string): ErrorAnswer {
  if (error instanceof HttpRefusal) return answer(error.status, error.code, error.message, error.extras);
  if (error instanceof Refusal) {
    return answer(
      refusalStatus[error.code],
      error.code,
      error.message,
      error.details ? { details: error.details } : {},
    );
  }
  if (error instanceof StoreUnavailable) {
    return answer(503, "SERVICE_UNAVAILABLE", "The service cannot answer right now; try again", {
      headers: { "Retry-After": RETRY_AFTER },
    });
  }
  return protocolAnswer(error as Error & Partial<Boom>, requestId);
}

/** hapi's own refusals; everything else is our fault. */
function protocolAnswer({ output }: Error & Partial<Boom>, requestId: string): ErrorAnswer {
  switch (output?.statusCode) {
    case 400:
      return answer(400, "VALIDATION_ERROR", "The request is not valid", {
        headers: { Connection: "close" },
        details: { fields: [{ path: "request", message: "cannot be read as HTTP" }] },
      });
    case 404:
      return answer(404, "NOT_FOUND", "There is nothing at this path");
    case 413:
      return answer(413, "PAYLOAD_TOO_LARGE", "The body is larger than this path takes");
    default:
      return answer(500, "INTERNAL_ERROR", "Something went wrong here; the request id finds it in the log", {
        details: { requestId },
      });
  }
}

function answer(status: number, code: string, message: string, { headers, ...rest }: RefusalExtras = {}): ErrorAnswer {
  return { status, headers: headers ?? {}, body: { error: { code, message, ...rest } } };
}

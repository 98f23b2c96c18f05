import type { Request } from "@hapi/hapi";
import { StoreDamaged } from "../contracts/errors.js";
import type { Log, LogFields } from "../contracts/log.js";
import { isUuid } from "./schemas.js";

/** One line per request: ids, route, status and time. Never what was asked for: paths and queries hold addresses and tokens. */
export function requestLog(log: Log): (request: Request) => void {
  return (request) => {
    const { app, method, route, raw } = request;
    // hapi has no parameters for a URL that it could not read, whatever its types say.
    const id = (request.params as typeof request.params | null)?.["id"];
    const fields: LogFields = {
      requestId: app.requestId,
      method: method.toUpperCase(),
      route: route.path,
      status: raw.res.statusCode,
      ms: Math.round((performance.now() - app.begunAt) * 10) / 10,
      ...(app.caller ? { organization: app.caller.organization, keyId: app.caller.keyId } : {}),
      ...(isUuid(id) ? { id } : {}),
      ...(app.source === undefined ? {} : { source: app.source }),
      ...(app.code === undefined ? {} : { code: app.code }),
    };
    if (!app.failure) log.info(fields, "request");
    else if (raw.res.statusCode === 503 && !(app.failure instanceof StoreDamaged))
      log.warn({ ...fields, error: app.failure }, "request put off");
    else log.error({ ...fields, error: app.failure }, "request failed");
  };
}

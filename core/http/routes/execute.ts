import Joi from "joi";
import type { ServerRoute } from "@hapi/hapi";
import { invalid } from "../../contracts/errors.js";
import type { Instant, Json, JsonObject } from "../../contracts/model.js";
import type { ExecuteCall, ExecuteContact, Verbs } from "../../contracts/verbs.js";
import { idOrKeyOf } from "../found.js";
import { fingerprint, idempotencyKey } from "../idempotency-key.js";
import { jsonBody } from "../request-body.js";
import { apiRoute } from "../route.js";
import { body, checked, freeObject, person, said, time, uuid } from "../schemas.js";

const MOST_CONTACTS = 100;

interface ExecuteBody {
  contacts: ExecuteContact[];
  locationId?: string;
  employeeId?: string;
  context?: JsonObject;
  scheduledAt?: Instant;
  dryRun?: boolean;
}

/** Of these `null` counts as left out. */
const SILENT: ReadonlySet<string> = new Set(["locationId", "employeeId", "context", "scheduledAt"]);

/** What may stand on the request and on each contact. */
const shared = {
  locationId: uuid.allow(null),
  employeeId: uuid.allow(null),
  context: freeObject.allow(null),
};

const schema = body<ExecuteBody>({
  contacts: Joi.array()
    // Addresses are judged one by one, so that a bad one refuses nobody else.
    .items(Joi.object({ email: Joi.string().allow("").required(), ...person, ...shared }))
    .min(1)
    .required(),
  ...shared,
  scheduledAt: time.allow(null),
  dryRun: Joi.boolean(),
});

/** `POST /sequences/{id}/execute`: contract §3. */
export function executeRoutes(verbs: Verbs): ServerRoute[] {
  return [
    apiRoute("POST", "/sequences/{id}/execute", "sequences:execute", async (request, h, { organization }) => {
      const given = jsonBody(request);
      const key = idempotencyKey(request.raw.req.headers["idempotency-key"]);
      const call: ExecuteCall = {
        ...read(given),
        organization,
        sequence: idOrKeyOf(request),
        source: "api",
        idempotency:
          key === undefined ? undefined : { key, fingerprint: (id) => fingerprint("POST", pathOf(id), given as Json) },
      };
      const { body, replayed } = await verbs.execute(call);
      const response = h.response(body).type("application/json; charset=utf-8");
      return replayed ? response.header("Idempotent-Replayed", "true") : response;
    }),
  ];
}

function read(given: Json | undefined): ExecuteBody {
  const contacts = (given as { contacts?: unknown } | null | undefined)?.contacts;
  // Before the schema looks at each of them.
  if (Array.isArray(contacts) && contacts.length > MOST_CONTACTS) {
    throw invalid([{ path: "contacts", message: `must hold at most ${MOST_CONTACTS} contacts` }]);
  }
  const read = said(checked(schema, given, "body"), SILENT);
  return { ...read, contacts: read.contacts.map((contact) => said(contact, SILENT)) };
}

function pathOf(sequenceId: string): string {
  return `/api/v1/sequences/${sequenceId}/execute`;
}

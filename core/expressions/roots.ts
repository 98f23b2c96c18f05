import type { Contact, Employee, Instant, JsonObject, Location, Sending } from "../contracts/model.js";
import type { StepHome } from "../contracts/step.js";

/** The type of a declared field, in CEL's words. `timestamp` is `google.protobuf.Timestamp`. */
export type FieldType =
  "string" | "bool" | "int" | "timestamp" | "list<string>" | "map<string, string>" | "map<string, dyn>";

const place = {
  id: "string",
  key: "string",
  name: "string",
  email: "string",
  timeZone: "string",
  country: "string",
  language: "string",
  reviewLinks: "map<string, string>",
} as const;

/**
 * What a step's texts and conditions may name, with the fields of each. All but lists and maps may be `null`. `context` is not here,
 * because nothing is known of its fields, nor is `vars`, whose fields are the names in the server's configuration.
 */
export const stepRoots = {
  contact: {
    id: "string",
    email: "string",
    firstName: "string",
    lastName: "string",
    phone: "string",
    title: "string",
    preferredLanguage: "string",
    timeZone: "string",
    locationId: "string",
    customFields: "map<string, dyn>",
    tags: "list<string>",
    unsubscribed: "bool",
    createdAt: "timestamp",
    updatedAt: "timestamp",
  },
  location: place,
  employee: { ...place, location: "string" },
  organization: { id: "string", name: "string" },
  sequence: { id: "string", key: "string", name: "string", version: "int", purpose: "string" },
  sending: { id: "string", executionId: "string", entity: "string", createdAt: "timestamp" },
  entity: {
    key: "string",
    kind: "string",
    status: "string",
    startsAt: "timestamp",
    endsAt: "timestamp",
    data: "map<string, dyn>",
  },
} as const satisfies Record<string, Record<string, FieldType>>;

/** An instant as a number, or the same as ISO 8601 text. */
export type Moment = Instant | string;

type Timed<T extends { createdAt: Instant }> = Omit<T, "createdAt" | "updatedAt"> & { createdAt: Moment };

/** What a step's condition is evaluated with. `location`, `employee` and `entity` are `null` when the sending has none. */
export interface ExpressionValues {
  contact: Timed<Omit<Contact, "organization">> & { updatedAt: Moment };
  location: Location | null;
  employee: Employee | null;
  organization: { id: string; name: string };
  sequence: Omit<StepHome, "organization">;
  sending: Timed<Pick<Sending, "id" | "executionId" | "entity" | "createdAt">>;
  context: JsonObject;
  entity: {
    key: string;
    kind: string | null;
    status: string | null;
    startsAt: Moment | null;
    endsAt: Moment | null;
    data: JsonObject;
  } | null;
  vars: Readonly<Record<string, string>>;
}

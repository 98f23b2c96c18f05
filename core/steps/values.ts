import type { Directory } from "../contracts/directory.js";
import type { Entity } from "../contracts/inbox.js";
import type { Contact, Instant, Sending } from "../contracts/model.js";
import type { StepHome, StepView, ValuesOf } from "../contracts/step.js";
import type { ExpressionValues } from "../expressions/roots.js";
import type { UnsubscribeLinks } from "../links/unsubscribe-links.js";

/** What steps know of the world beside the sending itself. */
export interface StepWorld {
  readonly directory: Directory;
  /** `vars` of the server's configuration. */
  readonly vars: Readonly<Record<string, string>>;
  /** The name that texts give the organization. */
  readonly organizationName: string;
  readonly links: Pick<UnsubscribeLinks, "link">;
}

/** All that texts and conditions may name; conditions do not use `links`. */
export type StepValues = ExpressionValues & ReturnType<ValuesOf>;

/** What the steps of one sequence see of a sending. Times are ISO 8601 text in UTC; what costs something is made when it is read. */
export function stepValues(world: StepWorld, home: StepHome): (view: StepView) => StepValues {
  const { organization: id, ...sequence } = home;
  const organization = { id, name: world.organizationName };
  return ({ sending, contact, entity }) => ({
    contact: contactValues(contact),
    get location() {
      return (sending.locationId !== null && world.directory.location(sending.locationId)) || null;
    },
    get employee() {
      return (sending.employeeId !== null && world.directory.employee(sending.employeeId)) || null;
    },
    organization,
    sequence,
    sending: sendingValues(sending),
    context: sending.context,
    entity: entityValues(sending.entity, entity),
    vars: world.vars,
    links: links(world, sending.id),
  });
}

function contactValues({ organization: _, createdAt, updatedAt, ...contact }: Contact): ExpressionValues["contact"] {
  return {
    ...contact,
    get createdAt() {
      return iso(createdAt);
    },
    get updatedAt() {
      return iso(updatedAt);
    },
  };
}

function sendingValues({ id, executionId, entity, createdAt }: Sending): ExpressionValues["sending"] {
  return {
    id,
    executionId,
    entity,
    get createdAt() {
      return iso(createdAt);
    },
  };
}

/** Of one that nobody has told anything about there is the key alone. */
function entityValues(key: string | null, entity: Entity | null): ExpressionValues["entity"] {
  if (!entity) return key === null ? null : { key, kind: null, status: null, startsAt: null, endsAt: null, data: {} };
  const { kind, status, startsAt, endsAt, data } = entity;
  return { key: entity.key, kind, status, startsAt: isoOrNull(startsAt), endsAt: isoOrNull(endsAt), data };
}

function links(world: StepWorld, sendingId: string): StepValues["links"] {
  let unsubscribe: string | undefined;
  return {
    get unsubscribe() {
      return (unsubscribe ??= world.links.link(sendingId));
    },
  };
}

function isoOrNull(instant: Instant | null): string | null {
  return instant === null ? null : iso(instant);
}

function iso(instant: Instant): string {
  return new Date(instant).toISOString();
}

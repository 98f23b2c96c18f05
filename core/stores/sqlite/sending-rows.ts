import type { Execution, ExecutionStatus, JsonObject, Position, Purpose, Sending } from "../../contracts/model.js";

/** A row of `sendings`. */
export interface SendingRow {
  id: string;
  organization: string;
  execution_id: string;
  sequence_id: string;
  sequence_version: number;
  purpose: Purpose;
  contact_id: string;
  location_id: string | null;
  employee_id: string | null;
  entity: string | null;
  context: string;
  state: Position["state"];
  reason: Position["reason"];
  step_index: number;
  step_id: string | null;
  stage: Position["stage"];
  due_at: number | null;
  parked_on: string | null;
  deferrals: number;
  doubts: number;
  handed_over: number;
  created_at: number;
  updated_at: number;
}

export function sendingOf(row: SendingRow): Sending {
  return {
    id: row.id,
    organization: row.organization,
    executionId: row.execution_id,
    sequenceId: row.sequence_id,
    sequenceVersion: row.sequence_version,
    purpose: row.purpose,
    contactId: row.contact_id,
    locationId: row.location_id,
    employeeId: row.employee_id,
    entity: row.entity,
    context: JSON.parse(row.context) as JsonObject,
    state: row.state,
    reason: row.reason,
    stepIndex: row.step_index,
    stepId: row.step_id,
    stage: row.stage,
    dueAt: row.due_at,
    parkedOn: row.parked_on,
    deferrals: row.deferrals,
    doubts: row.doubts,
    handedOver: row.handed_over,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

/** The columns of a `Position`, in the order of {@link positionValues}. */
export const positionColumns = [
  "state",
  "reason",
  "step_index",
  "step_id",
  "stage",
  "due_at",
  "parked_on",
  "deferrals",
  "doubts",
] as const;

export function positionValues(position: Position): (string | number | null)[] {
  return [
    position.state,
    position.reason,
    position.stepIndex,
    position.stepId,
    position.stage,
    position.dueAt,
    position.parkedOn,
    position.deferrals,
    position.doubts,
  ];
}

/** Sets a sending's position, and ends any claim on it. */
export const setPosition = `${positionColumns.map((column) => `${column} = ?`).join(", ")}, attempt_id = NULL, lease_until = NULL`;

/** A row of `executions`. */
export interface ExecutionRow {
  id: string;
  organization: string;
  sequence_id: string;
  sequence_version: number;
  source: string;
  event_id: string | null;
  entity: string | null;
  status: ExecutionStatus;
  contacts_processed: number;
  sendings_created: number;
  start_at: number;
  created_at: number;
}

export function executionOf(row: ExecutionRow): Execution {
  return {
    id: row.id,
    organization: row.organization,
    sequenceId: row.sequence_id,
    sequenceVersion: row.sequence_version,
    source: row.source,
    eventId: row.event_id,
    entity: row.entity,
    status: row.status,
    contactsProcessed: row.contacts_processed,
    sendingsCreated: row.sendings_created,
    startAt: row.start_at,
    createdAt: row.created_at,
  };
}

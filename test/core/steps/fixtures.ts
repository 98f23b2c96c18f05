import type { Directory } from "../../../core/contracts/directory.js";
import type { Entity } from "../../../core/contracts/inbox.js";
import type { Contact, Employee, JsonObject, Location, Purpose, Sending } from "../../../core/contracts/model.js";
import { newContact } from "../../../core/contracts/rules.js";
import type { StepHome, StepReading, StepView, TemplateFile } from "../../../core/contracts/step.js";
import { stepExpressions } from "../../../core/expressions/expressions.js";
import { timesOf } from "../../../core/steps/times.js";
import { stepValues, type StepWorld } from "../../../core/steps/values.js";
import { LIMITS } from "../../../core/templates/limits.js";
import { renderer } from "../../../core/templates/renderer.js";

export const NOW = Date.UTC(2026, 1, 10, 10, 30);
export const SENDING_ID = "0199a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b";
export const LINK = "https://mail.example/u/TOKEN";

const place = {
  email: null,
  timeZone: "Europe/Berlin",
  country: "DE",
  language: null,
  reviewLinks: { google: "https://g.example/1" },
};
export const berlin: Location = { id: "loc-1", key: "berlin", name: "Berlin Mitte", ...place };
export const ana: Employee = { id: "emp-1", key: "ana", name: "Ana", location: "berlin", ...place };

export const directory: Directory = {
  locations: [berlin],
  employees: [ana],
  location: (id) => (id === berlin.id ? berlin : undefined),
  employee: (id) => (id === ana.id ? ana : undefined),
};

export const world: StepWorld = {
  directory,
  vars: { shop: "https://shop.example" },
  organizationName: "Acme",
  links: { link: () => LINK },
};

const expressions = stepExpressions(["shop"]);

/** Expressions see what they see in a sequence. */
export const times = timesOf(expressions, (view) => stepValues(world, home())(view));

/** Fills in at once, however slow the machine is: no thread is started. */
export const { letters } = renderer({ leash: { ...LIMITS, render: 60_000 } });

export function home(purpose: Purpose = "transactional"): StepHome {
  return { id: "seq-1", key: "welcome", name: "Welcome", version: 3, organization: "default", purpose };
}

export function reading(
  more: Partial<StepReading> & { files?: Record<string, Record<string, TemplateFile>> } = {},
): StepReading {
  const { files = {}, ...rest } = more;
  return {
    purpose: "transactional",
    language: "en",
    vars: ["shop"],
    time: (source) => expressions.checkTime(source),
    template: (name) => files[name],
    templates: Object.keys(files),
    ...rest,
  };
}

export function view(
  more: { contact?: Partial<Contact>; sending?: Partial<Sending>; context?: JsonObject; entity?: Entity } = {},
): StepView {
  const contact = { ...newContact("con-1", "default", "ana@shop.example", NOW), firstName: "Ana", ...more.contact };
  const sending: Sending = {
    ...{
      id: SENDING_ID,
      organization: "default",
      executionId: "exe-1",
      sequenceId: "seq-1",
      sequenceVersion: 3,
      purpose: "transactional",
    },
    ...{
      contactId: "con-1",
      locationId: null,
      employeeId: null,
      entity: null,
      context: more.context ?? {},
      handedOver: 0,
    },
    ...{
      state: "open",
      reason: null,
      stepIndex: 0,
      stepId: "hello",
      stage: "before",
      dueAt: NOW,
      parkedOn: null,
      deferrals: 0,
      doubts: 0,
    },
    ...{ createdAt: NOW, updatedAt: NOW },
    ...more.sending,
  };
  return { sending, contact, entity: more.entity ?? null, attemptId: "att-1", now: NOW };
}

import Joi from "joi";
import type { Connector, EventWord, InboundEvent, PlatformHttp } from "../../core/contracts/connector.js";
import { Malformed, Unauthorized } from "../../core/contracts/errors.js";
import type { Json, JsonObject } from "../../core/contracts/model.js";
import { ifThere } from "../call-back.js";
import type { ConnectorType } from "../connector-type.js";
import { at, text } from "../field.js";
import { jsonObject, utf8 } from "../json.js";
import { origin } from "../origin.js";
import { newest } from "../secrets.js";
import { fresh, hmac, hmacs, prove } from "../signatures.js";
import { instant } from "../times.js";
import { notesIn, withoutFields } from "../without-fields.js";
import { bookingOf, readBooking } from "./booking.js";

const header = "calendly-webhook-signature";
/** Seconds, as in Calendly's own sample. */
const tolerance = 180;
/** How often a booking is followed that was moved while nobody told us. */
const moves = 5;

interface CalendlyApi {
  baseUrl: string;
  accessToken: string;
}

/**
 * Speaks Calendly's webhooks: hexadecimal HMAC-SHA256 over time and body. https://developer.calendly.com/api-docs/overview/webhooks
 * A reschedule is two deliveries: the new booking, which names the old one, and the end of the old one, which adds nothing and so is
 * about no booking. `api` is needed for bodies without times and for looking again at a booking's end.
 */
export const calendly: ConnectorType = {
  name: "calendly",
  reads: ["booking"],
  options: {
    api: Joi.object({ baseUrl: origin.default("https://api.calendly.com"), accessToken: Joi.string().required() }),
  },
  topics: [
    "invitee.created",
    "invitee.canceled",
    "invitee_no_show.created",
    "invitee_no_show.deleted",
    "routing_form_submission.created",
  ],
  connect({ secrets, options }) {
    const api = options.api as CalendlyApi | undefined;
    return {
      ...signature(secrets),
      receive: ({ body }) => [eventOf(utf8(body))],
      reading: readBooking,
      ...(api && calls(api)),
    };
  },
};

function signature(secrets: readonly string[]): Pick<Connector, "verify" | "sign"> {
  return {
    verify({ headers, body, receivedAt }) {
      const { t, v1 } = signatureParts(headers[header] ?? "");
      prove({ given: [v1], expected: hmacs(secrets, "hex", `${t}.`, body) });
      fresh(Number(t), receivedAt, tolerance, "past");
    },
    sign(body, _headers, now) {
      const t = Math.floor(now / 1000);
      return { [header]: `t=${t},v1=${hmac(newest(secrets), "hex", `${t}.`, body)}` };
    },
  };
}

/** Blanks and keys of other names are let through; a key that comes twice or says nothing is not. */
function signatureParts(value: string): { t: string; v1: string } {
  if (value.trim() === "") throw new Unauthorized("missing_signature");
  const parts = value.split(",").map((part) => /^\s*(\w+)\s*=\s*(\S*)\s*$/.exec(part) ?? []);
  const only = (key: string, shape: RegExp) => {
    const [found = "", ...others] = parts.filter(([, name]) => name === key).map(([, , found]) => found);
    if (!shape.test(found) || others.length > 0) throw new Unauthorized("bad_signature");
    return found;
  };
  return { t: only("t", /^\d+$/), v1: only("v1", /./) };
}

/** What the host writes down about the meeting may be about somebody's health. The answers to the form are for mappings. */
const notes = notesIn("meeting_notes_plain", "meeting_notes_html");

function eventOf(came: string): InboundEvent {
  const kept = withoutFields(came, notes);
  const payload = jsonObject(Buffer.from(kept));
  const type = text(payload.event);
  if (type === null) throw new Malformed("The body has no event");
  const uri = text(at(payload, "payload", "uri"));
  const createdAt = text(payload.created_at);
  return {
    // Deliveries have no id; a retry repeats these three.
    id: uri !== null && createdAt !== null ? `${type}:${uri}:${createdAt}` : "",
    type,
    words: words(type, payload.payload),
    occurredAt: instant(createdAt),
    payload,
    ...(kept !== came && { body: kept }),
  };
}

function words(type: string, invitee: Json | undefined): EventWord[] {
  switch (type) {
    case "invitee.created":
      return text(at(invitee, "old_invitee")) === null ? ["booking.created"] : ["booking.moved"];
    case "invitee.canceled":
      return at(invitee, "rescheduled") === true ? [] : ["booking.cancelled"];
    case "invitee_no_show.created":
      return ["booking.noShow"];
    default:
      return [];
  }
}

function calls({ baseUrl, accessToken }: CalendlyApi): Pick<Connector, "api" | "fetch" | "again"> {
  return {
    // Calendly publishes no number: careful, since each call stands for one person.
    api: { baseUrl, headers: { authorization: `Bearer ${accessToken}` }, perSecond: 1 },

    async fetch(event, http) {
      if (!/^invitee(?:_no_show)?\./.test(event.type)) return event;
      // What ends a booking is carried out although Calendly has forgotten the booking.
      const get = event.type === "invitee.created" ? resource : resourceIfThere;
      const told = at(event.payload, "payload");
      const named = text(at(told, "invitee"));
      const invitee = named === null ? told : { uri: named, ...(await get(http, named)) };
      const uri = at(invitee, "scheduled_event") === undefined ? text(at(invitee, "event")) : null;
      const fetched = {
        ...(named !== null && { invitee: invitee ?? null }),
        ...(uri !== null && { event: await get(http, uri) }),
      };
      return Object.keys(fetched).length > 0 ? { ...event, fetched } : event;
    },

    async again(booking, http) {
      let invitee = await resource(http, booking.id);
      for (let move = 0; move < moves && at(invitee, "rescheduled") === true; move += 1) {
        const next = text(at(invitee, "new_invitee"));
        if (next === null) break;
        invitee = await resource(http, next);
      }
      const uri = text(at(invitee, "event"));
      const event = at(invitee, "scheduled_event") ?? (uri === null ? undefined : await resourceIfThere(http, uri));
      const found = bookingOf(invitee, event) ?? booking;
      if (found.id !== booking.id) return { ...found, replaces: booking.id };
      // The invitee says whether they are expected; an event that says no times leaves those that are known.
      const { startsAt, endsAt } = found.endsAt === null ? booking : found;
      return { ...found, startsAt, endsAt };
    },
  };
}

async function resource(http: PlatformHttp, uri: string): Promise<JsonObject> {
  return resourceOf(await http.get(uri));
}

async function resourceIfThere(http: PlatformHttp, uri: string): Promise<JsonObject> {
  return resourceOf(await ifThere(http, uri));
}

function resourceOf(answer: Json): JsonObject {
  const found = at(answer, "resource");
  return typeof found === "object" && found !== null && !Array.isArray(found) ? found : {};
}

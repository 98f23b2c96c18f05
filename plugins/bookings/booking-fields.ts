import type { CelFields, CelRoots } from "../../core/contracts/plugin.js";

/** What expressions see of a booking. */
export const bookingFields: CelFields = {
  id: "string",
  status: "string",
  service: "string",
  startsAt: "timestamp",
  endsAt: "timestamp",
  timeZone: "string",
  email: "string",
  firstName: "string",
  lastName: "string",
  phone: "string",
  language: "string",
  locationId: "string",
  staffId: "string",
  staffEmail: "string",
  consent: "bool",
  createdAt: "timestamp",
  updatedAt: "timestamp",
};

/** `event` is the platform's body; of an end that we tell, the booking as it is known. */
export const bookingRoots: CelRoots = { event: "dyn", booking: bookingFields };

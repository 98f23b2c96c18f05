import { isSupportedCountry, parsePhoneNumberFromString } from "libphonenumber-js/min";
import type { Normalizer } from "../contracts/people.js";
import { emailAddress } from "./email-address.js";

/** How addresses and phone numbers are brought into the form that is stored. */
export function normalizer(): Normalizer {
  return { email: emailAddress, phone };
}

function phone(raw: string, country: string | null): string {
  const given = raw.trim();
  const region = country?.toUpperCase();
  const number = parsePhoneNumberFromString(given, {
    extract: false,
    ...(region !== undefined && isSupportedCountry(region) ? { defaultCountry: region } : {}),
  });
  // E.164 has no extensions: a number with one would lose it.
  return number?.isPossible() && number.ext === undefined ? number.number : given;
}

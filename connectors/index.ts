export { bodyHmac, type BodyHmac } from "./body-hmac.js";
export { at, text } from "./field.js";
export { jsonObject, utf8 } from "./json.js";
export { parsedBody } from "./parsed-body.js";
export { newest, usable } from "./secrets.js";
export { fresh, hmac, hmacs, prove, type Proof } from "./signatures.js";
export { instant, unixSeconds } from "./times.js";
export { notesIn, withoutFields } from "./without-fields.js";

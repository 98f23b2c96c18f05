import Joi from "joi";

/** A `baseUrl`: the origin of a platform's API, as `https://api.example.com`. Paths are the connector's. */
export const origin = Joi.string()
  .custom((text: string, helpers) => (isOrigin(text) ? text : helpers.error("any.origin")))
  .messages({ "any.origin": "`{#label}` must be an origin without a path, as https://api.example.com" });

/** A `baseUrl` of a platform that customers host themselves, maybe in a folder of their site. */
export const site = Joi.string()
  .custom((text: string, helpers) => (isSite(text) ? text : helpers.error("any.site")))
  .messages({ "any.site": "`{#label}` must be the address of the site, as https://shop.example.com" });

function isOrigin(text: string): boolean {
  return isSite(text) && new URL(text).pathname === "/";
}

function isSite(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || !["http:", "https:"].includes(url.protocol)) return false;
  return url.username === "" && url.password === "" && !/[?#]/.test(text);
}

const abilities = {
  contacts: ["read", "write"],
  surveys: ["read", "write", "send"],
  sequences: ["read", "write", "execute"],
  responses: ["read"],
  reviews: ["read", "write"],
  webhooks: ["read", "write"],
  sendings: ["read", "write"],
  events: ["read", "write"],
  locations: ["read", "write"],
  employees: ["read", "write"],
  keys: ["write"],
} as const;

/** Every scope that an API key may hold, `<resource>:*` included. There is no scope for everything. */
export const scopes: readonly string[] = Object.entries(abilities).flatMap(([resource, verbs]) =>
  [...verbs, "*"].map((verb) => `${resource}:${verb}`),
);

/** Whether `text` is a scope that exists. */
export function isScope(text: string): boolean {
  return scopes.includes(text);
}

/** Whether a key that holds `granted` may do what needs `required`: by that scope itself or by its resource's `*`. */
export function allows(granted: readonly string[], required: string): boolean {
  const resource = required.slice(0, required.indexOf(":"));
  return granted.includes(required) || granted.includes(`${resource}:*`);
}

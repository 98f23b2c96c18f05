import type { Api, Ask, Reply } from "./api.js";
import { NOW, ORGANIZATION } from "./parts.js";

export const one = { contacts: [{ email: "a@shop.example" }] };

/** `path` is the sequence as the URL names it. */
export function execute(
  { call }: Api,
  body: unknown,
  { path = "welcome", ...ask }: Ask & { path?: string } = {},
): Promise<Reply> {
  return call("POST", `/sequences/${path}/execute`, body, ask);
}

/** How many sendings there are. */
export async function sendings({ store }: Api): Promise<number> {
  return (await store.sendings.list(ORGANIZATION, {}, { page: 1, limit: 1 }, NOW)).total;
}

/** How many contacts there are. */
export async function contacts({ store }: Api): Promise<number> {
  return (await store.contacts.list(ORGANIZATION, {}, { page: 1, limit: 1 })).total;
}

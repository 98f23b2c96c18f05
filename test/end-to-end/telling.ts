import type { JsonObject } from "../../core/contracts/model.js";
import { json } from "../connectors/delivered.js";

/** What a platform posts, and what it has by then for whoever asks. */
export interface Delivery {
  text: string;
  headers?: Record<string, string>;
  given?: () => void;
}

let deliveries = 0;

/** An id that no other delivery has. */
export function next(): string {
  deliveries += 1;
  return `delivery-${deliveries}`;
}

export function iso(at: number): string {
  return new Date(at).toISOString();
}

/** A recorded body or answer. */
export function recorded(file: string): JsonObject {
  return json(file) as JsonObject;
}

/** What matches a text in which `*` is any word. */
export function pattern(text: string): RegExp {
  return new RegExp(`^${text.replaceAll("*", "[a-z_]+")}$`);
}

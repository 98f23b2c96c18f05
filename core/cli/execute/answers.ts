import type { Json, JsonObject } from "../../contracts/model.js";
import { Failure } from "../failure.js";
import type { Settled } from "./caller.js";
import type { Row } from "./contact-fields.js";

/** What became of one person of a call; `place` is that of its row. */
export interface Outcome {
  place: string;
  status: string;
  reason: string | null;
}

const HINTS: Readonly<Record<number, string>> = {
  401: "Check --key, and that it has not been revoked.",
  403: "Make a key that may do it: `furrow keys create --name N --scopes …`.",
  404: "Check the name of the sequence, and that the server is the one you mean.",
  409: "Set the sequence's `status: active` in the project and restart the server.",
};

/**
 * The outcomes of a call in the order of its contacts. A call without anybody eligible says so person by person, and others may fare
 * better. Every other refusal would meet all calls alike: it is thrown as a `Failure`.
 */
export function outcomesOf(answer: Settled, rows: readonly Row[]): Outcome[] {
  const error = object(answer.body["error"]);
  const source = answer.status === 200 ? object(answer.body["data"]) : object(error["details"]);
  const told = answer.status === 200 || error["code"] === "NO_ELIGIBLE_CONTACTS";
  const results = source["results"];
  if (!told) throw refusal(answer, rows);
  if (!Array.isArray(results) || results.length !== rows.length) {
    throw new Failure(
      "The answer is not one that Furrow gives",
      "Check that --server is the address of a Furrow server.",
    );
  }
  return rows.map(({ place }, index) => {
    const { status, reason } = object(results[index]);
    return { place, status: text(status) ?? "unknown", reason: text(reason) ?? null };
  });
}

/** What the API refused, with the places of the file instead of places in the call. */
export function refusal({ status, body }: Settled, rows: readonly Row[]): Failure {
  const error = object(body["error"]);
  const said = text(error["message"]) ?? `The server answered HTTP ${status}`;
  const scope = text(error["requiredScope"]);
  const fields = object(error["details"])["fields"];
  const lines = Array.isArray(fields) ? fields.map((field) => fieldLine(object(field), rows)) : [];
  return new Failure(
    [scope === undefined ? said : `${said} (${scope})`, ...lines].join("\n"),
    HINTS[status] ?? "Correct it and run it again.",
  );
}

function fieldLine(field: JsonObject, rows: readonly Row[]): string {
  const path = text(field["path"]) ?? "";
  const message = text(field["message"]) ?? "is not valid";
  const [, index, rest = ""] = /^contacts\[(\d+)\]\.?(.*)$/.exec(path) ?? [];
  const place = index === undefined ? undefined : rows[Number(index)]?.place;
  return place === undefined ? `${path}: ${message}` : `${place}, ${rest}: ${message}`;
}

function text(value: Json | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function object(value: Json | undefined): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
}

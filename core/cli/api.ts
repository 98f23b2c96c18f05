import type { Json, JsonObject } from "../contracts/model.js";
import type { HttpServer } from "../http/server.js";
import { newApiKey } from "./api-key.js";
import { Failure, usage } from "./failure.js";
import { withRuntime, type Asking } from "./installation.js";
import type { Envelope } from "./output.js";

type Filter = Readonly<Record<string, string | undefined>>;

/** The API of this installation, asked inside this process: nothing listens, and a running server need not be there. */
export interface Api {
  /** A list, by the API's own filters; those that are `undefined` are left out. */
  list<Row>(path: string, filter: Filter): Promise<Envelope<Row>>;
  /** Asks for, or changes, one object. `lost` is the hint when there is none; fields of `body` that are `undefined` are left out. */
  one<Row>(method: "GET" | "POST" | "PUT", path: string, lost: string, body?: object): Promise<Row>;
}

/** Opens the API directly on the store for as long as `work` takes. What the API refuses is thrown as a `Failure`. */
export function withApi<T>(asking: Asking, work: (api: Api) => Promise<T>): Promise<T> {
  const { key } = newApiKey();
  return withRuntime(asking, ({ http }) => work(apiOf(http, key)), key);
}

function apiOf({ inject }: HttpServer, key: string): Api {
  const ask = async (method: string, path: string, lost = "", body?: object): Promise<JsonObject> => {
    const headers = { "x-api-key": key, ...(body && { "content-type": "application/json" }) };
    const asked = { method, url: `/api/v1${path}`, headers, ...(body && { payload: JSON.stringify(body) }) };
    const { statusCode, payload } = await inject(asked);
    const answer = JSON.parse(payload) as JsonObject;
    if (statusCode !== 200) throw refused(answer, lost);
    return answer;
  };
  return {
    list: async <Row>(path: string, filter: Filter) =>
      (await ask("GET", `${path}?${queryOf(filter)}`)) as unknown as Envelope<Row>,
    one: async <Row>(method: string, path: string, lost: string, body?: object) =>
      (await ask(method, path, lost, body))["data"] as Row,
  };
}

/** One segment of a path. */
export function segment(text: string): string {
  return encodeURIComponent(text);
}

function queryOf(filter: Filter): string {
  const given = Object.entries(filter).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return new URLSearchParams(given).toString();
}

/** `people`: how many a replay would reach, which its caller has to confirm. */
interface Details {
  fields?: Json[];
  people?: number;
}

/** Filters are options, so that a wrong one is a wrong command line. */
function refused(body: JsonObject, lost: string): Failure {
  const { code, message, details } = body["error"] as unknown as { code: string; message: string; details?: Details };
  const fields = (details?.fields ?? []) as unknown as { path: string; message: string }[];
  if (code === "NOT_FOUND") return new Failure(message, lost);
  if (details?.people !== undefined) {
    return new Failure(`This would start something for ${details.people} people`, `Add --confirm ${details.people}.`);
  }
  if (fields.length === 0) return new Failure(message, "Nothing was changed.");
  return usage(
    fields.map(({ path, message: what }) => `--${path} ${what}`).join("\n"),
    "Add --help to see what the options take.",
  );
}

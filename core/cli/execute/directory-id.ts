import { Failure } from "../failure.js";
import { didYouMean } from "../suggest.js";
import { refusal } from "./answers.js";
import type { Caller } from "./caller.js";

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The id of a location or employee that is given by id or by key; keys are looked up at the server. `undefined`: the run was stopped. */
export async function directoryId(
  kind: "location" | "employee",
  idOrKey: string,
  call: Caller,
): Promise<string | undefined> {
  if (UUID.test(idOrKey)) return idOrKey;
  const keys: string[] = [];
  for (let page = 1, pages = 1; page <= pages; page++) {
    const answer = await call({ method: "GET", path: `/api/v1/${kind}s?limit=100&page=${page}` });
    if (!answer) return undefined;
    if (answer.status !== 200) throw refusal(answer, []);
    const { data = [], meta } = answer.body as { data?: { id: string; key: string }[]; meta?: { totalPages?: number } };
    const found = data.find(({ key }) => key === idOrKey);
    if (found) return found.id;
    keys.push(...data.map(({ key }) => key));
    pages = meta?.totalPages ?? 0;
  }
  throw new Failure(
    `There is no ${kind} "${idOrKey}"`,
    didYouMean(idOrKey, keys, keys.length > 0 ? `There is: ${keys.join(", ")}.` : `The project has none.`),
  );
}
